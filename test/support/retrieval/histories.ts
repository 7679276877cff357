import fc from 'fast-check';
import type { CorpusDocument, Retraction } from '../../../src/contract/corpus.ts';
import type { Meaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { knowledge, message } from './documents.ts';

/** One change of a memory. */
export type Change = { readonly add: CorpusDocument } | { readonly retract: Retraction };

export const WORDS = ['apple', 'banana', 'cherry', 'dog', 'puppies', 'the', 'walk', 'Oslo', '苹果'] as const;

export const anyContent = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '));

const key = fc.integer({ min: 1, max: 12 });
const speaker = fc.constantFrom(null, 'Apple Byron', 'Apple King', 'Oslo');

/** Places in a session that have nothing to do with the order in which turns arrive. */
const placeOf = (k: number): number => (k * 7) % 13;

const added = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(key, anyContent, fc.integer({ min: 1, max: 2 }), speaker)
      .map(([k, text, sessionKey, name]) =>
        message(k, text, { sessionKey, name, sequence: placeOf(k), role: k % 2 === 0 ? 'user' : 'assistant' }),
      ),
  },
  fc.tuple(key, anyContent).map(([k, text]) => knowledge(k, text)),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: added.map((add) => ({ add })) },
  fc
    .tuple(fc.constantFrom('message' as const, 'knowledge' as const, 'session' as const), key)
    .map(([kind, k]) => ({ retract: { kind, key: k } })),
);

/** Turns that arrive out of order, change, move to another session and go, and knowledge. */
export const anyHistory = fc.array(change, { maxLength: 40 });

export const nameOf = ({ kind, key: k }: { readonly kind: string; readonly key: number }): string => `${kind}:${k}`;

/** What is left of documents after these changes, in the order in which they came to be as they are. */
export const leftOf = (changes: readonly Change[]): CorpusDocument[] => {
  const documents = new Map<string, CorpusDocument>();
  for (const taken of changes) {
    if ('add' in taken) {
      documents.delete(nameOf(taken.add));
      documents.set(nameOf(taken.add), taken.add);
    } else if (taken.retract.kind === 'session') {
      for (const [name, { sessionKey }] of documents) if (sessionKey === taken.retract.key) documents.delete(name);
    } else {
      documents.delete(nameOf(taken.retract));
    }
  }
  return [...documents.values()];
};

/** An index that went through these changes. */
export const indexAfter = (changes: readonly Change[], meaning: Meaning | null): UserIndex => {
  const index = new UserIndex(meaning);
  for (const taken of changes) {
    if ('add' in taken) index.add(taken.add);
    else index.retract(taken.retract);
  }
  return index;
};

/** An index that holds these documents. */
export const indexOf = (documents: readonly CorpusDocument[], meaning: Meaning | null): UserIndex =>
  indexAfter(
    documents.map((add) => ({ add })),
    meaning,
  );

/** What ranking finds by slot, by the names of the documents that are there. */
export const byName = (index: UserIndex, bySlot: ArrayLike<number>): Map<string, number> => {
  const found = new Map<string, number>();
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    const document = index.document(slot);
    if (document) found.set(nameOf(document), bySlot[slot] ?? Number.NaN);
  }
  return found;
};
