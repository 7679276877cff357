/** Saturation of a term's frequency, and the weight of a document's length: the values of Robertson and Walker. */
const K1 = 1.2;
const B = 0.75;

/** What one term gives a document by BM25, without the term's inverse document frequency: from 0 up to 2.2. */
export const saturate = (frequency: number, length: number, averageLength: number): number =>
  (frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / averageLength));
