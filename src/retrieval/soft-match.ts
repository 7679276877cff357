import type { PieceExpansion } from './meaning.ts';
import { slotOf } from './posting-list.ts';
import { holdersOf, inverseDocumentFrequency } from './question-terms.ts';
import type { UserIndex } from './user-index.ts';

/**
 * The share of the question's word pieces that a document holds, each by its best match among the document's own and
 * weighed by what it tells: 0 to 1, by slot. It needs no vectors, since the near pieces of a piece are a table.
 */
export const softMatch = (index: UserIndex, pieces: readonly PieceExpansion[]): Float32Array => {
  const matched = new Float32Array(index.slotCount);
  const best = new Float32Array(index.slotCount);
  const met = new Uint32Array(index.slotCount);
  let total = 0;
  for (const { piece, near } of pieces) {
    const own = index.pieces.get(piece);
    const idf = inverseDocumentFrequency(index.size, own ? holdersOf(index, own) : 0);
    total += idf;
    let count = 0;
    // The nearest come first, so the first match of a document is its best.
    for (const [other, cosine] of near) {
      const list = index.pieces.get(other);
      if (!list) continue;
      const { entries, length } = list;
      for (let i = 0; i < length; i += 1) {
        const slot = slotOf(entries[i] as number);
        if (best[slot] !== 0) continue;
        best[slot] = cosine;
        met[count] = slot;
        count += 1;
      }
    }
    for (let i = 0; i < count; i += 1) {
      const slot = met[i] as number;
      matched[slot] = (matched[slot] as number) + idf * (best[slot] as number);
      best[slot] = 0;
    }
  }
  if (total > 0) for (let slot = 0; slot < matched.length; slot += 1) matched[slot] = (matched[slot] as number) / total;
  return matched;
};
