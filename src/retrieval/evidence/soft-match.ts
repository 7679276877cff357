import { GROUNDS, type PieceExpansion } from '../index/meaning.ts';
import { slotOf } from '../index/posting-list.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { Findings } from './findings.ts';
import { holdersOf, inverseDocumentFrequency } from './question-terms.ts';
import type { Scratch } from './scratch.ts';

/**
 * The share of the question's word pieces that a document holds, each by its best match among the document's own and
 * weighed by what it tells: 0 to 1 for each model whose pieces it has. It needs no vectors, since the near pieces of a piece are a table.
 */
export const softMatch = (index: UserIndex, pieces: readonly PieceExpansion[], scratch: Scratch): Findings => {
  const { slotCount } = index;
  const matched = scratch.zeros(slotCount);
  const found = scratch.slots(slotCount);
  let foundCount = 0;
  const best = scratch.zeros(slotCount);
  const met = scratch.slots(slotCount);
  const weights = pieces.map(({ piece }) => {
    const own = index.pieces.get(piece);
    return inverseDocumentFrequency(index.passageCount, own ? holdersOf(index, own) : 0);
  });
  // Of each model by itself: a passage in another language than English holds pieces of both, and has up to 2.
  const totals = GROUNDS.map((_, ground) =>
    pieces.reduce((sum, piece, at) => sum + (piece.ground === ground ? (weights[at] as number) : 0), 0),
  );
  pieces.forEach(({ near, ground }, at) => {
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
    const share = (weights[at] as number) / (totals[ground] as number);
    for (let i = 0; i < count; i += 1) {
      const slot = met[i] as number;
      const before = matched[slot] as number;
      if (before === 0) {
        found[foundCount] = slot;
        foundCount += 1;
      }
      matched[slot] = before + share * (best[slot] as number);
      best[slot] = 0;
    }
  });
  return { bySlot: matched, slots: found.subarray(0, foundCount) };
};
