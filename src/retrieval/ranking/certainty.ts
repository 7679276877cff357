import { isCode } from '../../text/words.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { KnownWord, Postings } from '../evidence/question-terms.ts';
import { slotOf } from '../index/posting-list.ts';
import type { Candidate } from './candidates.ts';
import type { Part } from './ranking.ts';

/** How many of the best results of a memory tell how much of a question it covers. */
export const CERTAIN_OF = 5;
/** The first words of a question tell what it is about: "What flight number ..." */
const TOPIC_WORDS = 2;
/** One word alone leaves open what is asked of it. */
const LEAST_TOPIC_WORDS = 1.5;

/** Words of questions that tell nothing of what is asked for. */
const ASKING: ReadonlySet<string> = new Set(
  `specific specifically exactly mention mentioned tell told say said ask asked also like many much did get know recall
  remember`.split(/\s+/),
);
const NUMBER = /\d/;

/** So many passages have half of the words that a memory comes to have. */
const FEW_PASSAGES = 10;

/**
 * The chance that one of the best five results answers, by logistic regression on all kinds of conversations, on their own
 * questions and on those of others (`bun run fit --certainty`). How high the best stands tells less: of questions that a
 * memory does not answer the best stands as high, since all around it is spoken of.
 */
const CERTAINTY = { base: -0.48, topic: 1.53, unsaid: -3.38 };

/** Whether a posting list has a passage. */
export const holds = ({ entries, length }: Postings, slot: number): boolean => {
  let [from, end] = [0, length];
  while (from < end) {
    const middle = (from + end) >> 1;
    if (slotOf(entries[middle] as number) < slot) from = middle + 1;
    else end = middle;
  }
  return from < length && slotOf(entries[from] as number) === slot;
};

/** How well passages hold a word: 1 for the word itself, less for a near one. */
const coverOf = ({ index }: Evidence, word: string, known: readonly KnownWord[], slots: readonly number[]): number => {
  const share = known.reduce((sum, { list, share }) => sum + (slots.some((slot) => holds(list, slot)) ? share : 0), 0);
  if (share > 0) return Math.min(1, share);
  const { meaning } = index;
  if (!meaning) return 0;
  const onGrounds = index.grounds.map((ground) => {
    const all = [...meaning.read(word, ground).pieces].map((piece) => meaning.expand(piece));
    // Letters of a word, which the other model has of it, stand everywhere.
    const pieces = all.filter((piece) => piece.ground === ground);
    const held = pieces.map((piece) => {
      const near = piece.near.find(([other]) => {
        const list = index.pieces.get(other);
        return list && slots.some((slot) => holds(list, slot));
      });
      return near?.[1] ?? 0;
    });
    return held.reduce((sum, cosine) => sum + cosine, 0) / Math.max(1, pieces.length);
  });
  return Math.max(...onGrounds);
};

/** Slots of some passages and of those beside them. */
const besides = ({ index }: Evidence, slots: readonly number[]): number[] => {
  const { previous, next } = index.columns.arrays;
  return slots.flatMap((slot) => [slot, previous[slot] as number, next[slot] as number]).filter((slot) => slot >= 0);
};

export interface Coverage {
  /** From 0 to 1: how well the best results hold the first words of what is asked for, on average. */
  readonly topic: number;
  /** The share of the question's words that nobody used, less in a small memory; one that only near terms stand for counts in part. */
  readonly unsaid: number;
}

/** What of a question its best results cover. */
export const coverageOf = (evidence: Evidence, best: readonly Candidate[]): Coverage => {
  const { words } = evidence.question;
  const known = Map.groupBy(evidence.terms.known, ({ word }) => word);
  const unsaidOf = (word: string): number =>
    Math.max(0, 1 - (known.get(word) ?? []).reduce((sum, { share }) => sum + share, 0));
  const slots = besides(
    evidence,
    best.slice(0, CERTAIN_OF).map(({ slot }) => slot),
  );
  const topics = words.filter(({ word }) => !ASKING.has(word) && (!NUMBER.test(word) || isCode(word)));
  const asked = (topics.length > 0 ? topics : words).slice(0, TOPIC_WORDS);
  const covered = asked.map(({ word }) => coverOf(evidence, word, known.get(word) ?? [], slots));
  // In a memory of few words most are not there.
  const { passageCount } = evidence.index;
  const telling = passageCount / (passageCount + FEW_PASSAGES);
  return {
    topic: covered.reduce((sum, cover) => sum + cover, 0) / Math.max(LEAST_TOPIC_WORDS, covered.length),
    unsaid: (telling * words.reduce((sum, { word }) => sum + unsaidOf(word), 0)) / Math.max(1, words.length),
  };
};

/**
 * What is added to the sum of each result, so that the fixed logistic of it (score.ts) is the chance that it answers: of the
 * best result the chance that the best five do, of another less by how far its sum lies below.
 */
export const certaintyOf = (parts: readonly Part[], best: readonly Candidate[]): number => {
  const [first] = best;
  if (!first) return 0;
  const chance = parts.reduce((sum, { evidence, share }) => {
    const { topic, unsaid } = coverageOf(evidence, best);
    return sum + share * (CERTAINTY.base + CERTAINTY.topic * topic + CERTAINTY.unsaid * unsaid);
  }, 0);
  return chance - first.sum;
};
