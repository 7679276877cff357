import type { UserIndex } from '../index/user-index.ts';
import type { Candidate } from './candidates.ts';

export type Distinct<T extends Candidate = Candidate> = T & {
  /** Documents further down that say the same, left out for this one. */
  readonly duplicates: number;
};

/**
 * Collapses what says the same into the best of it: the same speaker with the same words. Nearness of vectors is no ground
 * for it: "5 mg" and "50 mg" lie at a cosine of 0.99.
 *
 * @param sessionKey the conversation that is asked from: what was said in it and elsewhere is told apart.
 */
export const withoutDuplicates = <T extends Candidate>(
  index: UserIndex,
  candidates: readonly T[],
  sessionKey: number | null = null,
): Distinct<T>[] => {
  const { saying, speaker, length, session } = index.columns.arrays;
  const here = sessionKey === null ? undefined : index.sessions.find(sessionKey);
  const bySaying = new Map<string, T & { duplicates: number }>();
  for (const candidate of candidates) {
    const { slot } = candidate;
    // What has no words says nothing that another could say too.
    const said = length[slot] === 0 ? `slot ${slot}` : `${saying[slot]} ${speaker[slot]} ${session[slot] === here}`;
    const same = bySaying.get(said);
    if (same) same.duplicates += 1;
    else bySaying.set(said, { ...candidate, duplicates: 0 });
  }
  return [...bySaying.values()];
};
