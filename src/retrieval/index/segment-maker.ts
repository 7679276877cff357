import type { IndexSegment } from '../../contract/corpus.ts';
import type { Owner } from '../owner.ts';
import { writeSegment } from './segment-writer.ts';
import type { UserIndex } from './user-index.ts';

/** Messages in a segment: few enough to be worked out and written in some milliseconds. */
export const SEGMENT_MESSAGES = 1_024;
/** The share of them from which the end of a memory is kept as well: sixteen read again take as long as five hundred kept. */
const LEAST_SHARE = 1 / 64;

/** A segment to be kept. */
export interface MadeSegment extends IndexSegment {
  readonly messages: number;
}

/**
 * What of a user's index could be kept as a segment and is not yet: a thousand messages or a 64th of it at the end, or
 * what is missing between others. Null when there is nothing. At the end it takes the place of segments before it that are
 * no larger, so there are never more than a few small ones, and a message is written seven times at the most.
 */
export const nextSegmentOf = (
  index: UserIndex,
  { tenantKey, userKey }: Owner,
  maker: string,
  most: number,
): MadeSegment | null => {
  for (const gap of index.coverage.gaps()) {
    const isTail = gap.lastKey === Number.MAX_SAFE_INTEGER;
    let slots = index.slotsBetween(gap, most);
    if (slots.length === 0 || (isTail && slots.length < most * LEAST_SHARE)) continue;
    let { firstKey } = gap;
    if (isTail) {
      let count = slots.length;
      for (let kept = index.coverage.before(firstKey); kept; kept = index.coverage.before(firstKey)) {
        if (kept.messages > count || kept.messages + count > most) break;
        firstKey = kept.firstKey;
        count += kept.messages;
      }
      if (firstKey !== gap.firstKey) slots = index.slotsBetween({ ...gap, firstKey }, most);
    }
    const isWhole = !isTail && slots.length < most;
    const lastKey = isWhole ? gap.lastKey : (index.columns.arrays.key[slots.at(-1) as number] as number);
    const bytes = writeSegment(index, slots);
    const { generation } = index;
    return { tenantKey, userKey, generation, firstKey, lastKey, maker, bytes, messages: slots.length };
  }
  return null;
};
