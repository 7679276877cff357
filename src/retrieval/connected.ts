import type { CorpusReader, Related } from '../contract/corpus.ts';
import type { UserIndex } from './index/user-index.ts';
import type { Owner } from './owner.ts';
import type { Explanation } from './ranking/explain.ts';

/** Words of a question that are looked through for names, and of one name. */
const MOST_WORDS = 64;
const LONGEST_NAME = 4;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}.&'’_-]*/gu;
const POSSESSIVE = /['’]s$/;
/** What may stand behind a name and is no part of it, as the end of a sentence. */
const BEHIND = new Set(".'’_-");
/** What a document is put back by that is connected over another entity alone: about as much as a rare word counts. */
const SECOND_STEP = -1;

const withoutEnd = (name: string): string => {
  let end = name.length;
  while (end > 0 && BEHIND.has(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
};

/** What every run of up to four words of a question may name, in lower case. */
export const namesIn = (question: string): string[] => {
  const words = Array.from(question.matchAll(WORD), ([word]) => word.toLowerCase().replace(POSSESSIVE, ''));
  const some = words.slice(0, MOST_WORDS);
  const names = new Set<string>();
  for (const [from] of some.entries()) {
    for (let count = 1; count <= LONGEST_NAME && from + count <= some.length; count += 1) {
      const name = some.slice(from, from + count).join(' ');
      names.add(name);
      names.add(withoutEnd(name));
    }
  }
  return [...names];
};

/** The documents that are connected with a question, and what is added to the sum of each. */
export interface Connected {
  readonly message: ReadonlyMap<number, number>;
  readonly fact: ReadonlyMap<number, number>;
}

const summed = (found: Related['facts']): Map<number, number> =>
  new Map(found.map(({ key, steps }) => [key, steps === 1 ? 0 : SECOND_STEP]));

/**
 * What is connected with the entities that a question names, or with the user when it names none; null when nothing is. Errors:
 * those of the store.
 */
export const findConnected = async (
  corpus: Pick<CorpusReader, 'related'>,
  { tenantKey, userKey, question, user }: Owner & { readonly question: string; readonly user: string | null },
): Promise<Connected | null> => {
  const center = user?.toLowerCase() ?? null;
  const byName = await corpus.related(tenantKey, userKey, namesIn(question), center);
  const isNamed = byName.facts.length > 0;
  const found = isNamed || center === null ? byName : await corpus.related(tenantKey, userKey, [center], center);
  return found.facts.length > 0 ? { message: summed(found.messages), fact: summed(found.facts) } : null;
};

/** The slots of what is connected, each with what is added to its sum. */
export const connectedSlots = (index: UserIndex, connected: Connected): Map<number, number> => {
  const slots = new Map<number, number>();
  for (const kind of ['message', 'fact'] as const) {
    for (const [key, added] of connected[kind]) {
      const first = index.slotOf(key, kind);
      if (first !== undefined) for (const slot of index.slotsOf([first])) slots.set(slot, added);
    }
  }
  return slots;
};

export const connectedStep = (score: number): Explanation => ({
  step: 'graph',
  score,
  note: 'connected with what the question names over another entity',
});
