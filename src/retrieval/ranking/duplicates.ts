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
  const isSame = (a: number, b: number): boolean =>
    speaker[a] === speaker[b] && (session[a] === here) === (session[b] === here);
  const distinct: (T & { duplicates: number })[] = [];
  const bySaying = new Map<number, (T & { duplicates: number })[]>();
  for (const candidate of candidates) {
    const { slot } = candidate;
    // What has no words says nothing that another could say too.
    const alike = length[slot] === 0 ? undefined : bySaying.get(saying[slot] as number);
    const same = alike?.find((other) => isSame(other.slot, slot));
    if (same) {
      same.duplicates += 1;
      continue;
    }
    const one = { ...candidate, duplicates: 0 };
    distinct.push(one);
    if (alike) alike.push(one);
    else if (length[slot] !== 0) bySaying.set(saying[slot] as number, [one]);
  }
  return distinct;
};
