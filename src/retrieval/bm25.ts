import type { UserIndex } from './user-index.ts';

/** Saturation of a term's frequency, and the weight of a document's length: the values of Robertson and Walker. */
const K1 = 1.2;
const B = 0.75;

/**
 * BM25 of every document that holds one of the terms, by slot, over this user's documents alone. Lucene's form of the
 * inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative. A term counts once however
 * often the question repeats it.
 */
export const bm25 = (index: UserIndex, terms: readonly string[]): Map<number, number> => {
  const scores = new Map<number, number>();
  const averageLength = index.averageLength || 1;
  for (const term of new Set(terms)) {
    const list = index.postings(term);
    if (!list) continue;
    let holders = 0;
    list.forEach((slot) => {
      if (index.document(slot)) holders += 1;
    });
    const idf = Math.log(1 + (index.size - holders + 0.5) / (holders + 0.5));
    list.forEach((slot, frequency) => {
      const document = index.document(slot);
      if (!document) return;
      const norm = K1 * (1 - B + (B * document.length) / averageLength);
      scores.set(slot, (scores.get(slot) ?? 0) + (idf * frequency * (K1 + 1)) / (frequency + norm));
    });
  }
  return scores;
};
