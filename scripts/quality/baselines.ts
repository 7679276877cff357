import type { Embedder } from '../../src/embedding/embedder.ts';
import { saturate } from '../../src/retrieval/evidence/bm25.ts';
import { inverseDocumentFrequency } from '../../src/retrieval/evidence/question-terms.ts';
import { spokenText } from '../../src/text/speaker.ts';
import { termsOf } from '../../src/text/terms.ts';
import type { Conversation } from './conversation.ts';

/** A simple ranking: for each question a number for each turn of the conversation, the higher the better. */
export type Baseline = (conversation: Conversation, questions: readonly string[]) => Promise<Float64Array[]>;

/** The turns as the product's own search sees them: `name: text`. */
const textsOf = ({ sessions }: Conversation): string[] =>
  sessions.flatMap(({ turns }) => turns.map(({ name, text }) => spokenText(name, text)));

/** BM25 over single turns, with the product's stems and stop words: what a full-text index of messages does. */
export const bm25: Baseline = async (conversation, questions) => {
  const turns = textsOf(conversation).map(termsOf);
  const average = turns.reduce((sum, { length }) => sum + length, 0) / turns.length || 1;
  const postings = new Map<string, Map<number, number>>();
  turns.forEach((terms, turn) => {
    for (const term of terms) {
      const list = postings.get(term) ?? new Map<number, number>();
      postings.set(term, list.set(turn, (list.get(turn) ?? 0) + 1));
    }
  });
  return questions.map((question) => {
    const scores = new Float64Array(turns.length);
    for (const term of new Set(termsOf(question))) {
      const list = postings.get(term) ?? new Map<number, number>();
      const idf = inverseDocumentFrequency(turns.length, list.size);
      for (const [turn, frequency] of list) {
        scores[turn] = (scores[turn] as number) + idf * saturate(frequency, turns[turn]?.length ?? 0, average);
      }
    }
    return scores;
  });
};

/** Cosine of the question's vector with each turn's: what a vector store of messages does. */
export const dense =
  (embedder: Embedder): Baseline =>
  async (conversation, questions) => {
    const turns = await embedder.embed(textsOf(conversation));
    const asked = await embedder.embed(questions);
    return asked.map((question) =>
      Float64Array.from(turns, (turn) => turn.reduce((sum, x, k) => sum + x * (question[k] as number), 0)),
    );
  };

/** The constant of Cormack, Clarke and Büttcher 2009, which everybody takes. */
const K = 60;

/** Reciprocal rank fusion: the sum of 1 / (60 + place) over the rankings, the usual "hybrid". */
export const fused = (rankings: readonly Float64Array[]): Float64Array => {
  const sums = new Float64Array(rankings[0]?.length ?? 0);
  for (const scores of rankings) {
    const order = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number));
    order.forEach((turn, place) => {
      sums[turn] = (sums[turn] as number) + 1 / (K + place + 1);
    });
  }
  return sums;
};
