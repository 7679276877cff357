import { LRUCache } from 'lru-cache';
import type { Found, SearchAnswer } from '../retrieval/search.ts';

/** A cached answer. */
export interface Keeping {
  readonly bytes: number;
  /** Called when the answer is evicted: there is no room for it, or its time is up. */
  readonly letGo: () => void;
}

/** The memory for the cached answers of all users. */
export interface AnswerRoom {
  readonly bytes: number;
  /** Takes room for an answer, and evicts the least recently used for it. False when the answer is too large to be cached. */
  take(keeping: Keeping, ttlMs: number): boolean;
  /** Notes that an answer was used. */
  touch(keeping: Keeping): void;
  /** Gives the room of an answer back. */
  give(keeping: Keeping): void;
}

/** An answer that takes a larger share of the room is not cached. */
const LARGEST_SHARE = 1 / 8;

/** @param nowMs milliseconds that never go back. */
export const createAnswerRoom = (maxBytes: number, nowMs: () => number): AnswerRoom => {
  const kept = new LRUCache<Keeping, true>({
    maxSize: maxBytes,
    maxEntrySize: Math.max(1, Math.floor(maxBytes * LARGEST_SHARE)),
    sizeCalculation: (_, { bytes }) => bytes,
    // What nobody asks for again goes as well, when its time is up.
    ttl: 1,
    ttlAutopurge: true,
    ttlResolution: 0,
    // A start at 0 is none to lru-cache, which then looks for the end every millisecond.
    perf: { now: () => nowMs() + 1 },
    // Told within the eviction, it would give the room back that is being taken, once more.
    disposeAfter: (_, { letGo }, reason) => {
      if (reason === 'evict' || reason === 'expire') letGo();
    },
  });
  return {
    get bytes() {
      return kept.calculatedSize;
    },
    take: (keeping, ttlMs) => {
      kept.set(keeping, true, { ttl: ttlMs });
      return kept.has(keeping);
    },
    touch: (keeping) => {
      kept.get(keeping);
    },
    give: (keeping) => {
      kept.delete(keeping);
    },
  };
};

/** What a result takes beside its texts. */
const RESULT_BYTES = 600;
const ANSWER_BYTES = 500;
const BYTES_PER_CHARACTER = 2;

const charactersOf = (texts: readonly (string | null | undefined)[]): number =>
  texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);

/** About the memory that an answer takes; no less, unless its texts are of letters that take one byte. */
export const bytesOfAnswer = ({ found, preferences = [], degraded, accounts }: SearchAnswer): number =>
  [...found, ...preferences].reduce(
    (sum, { content, metadata, source, name, session, ...more }) => {
      const { excerpt, explain }: Partial<Found> = more;
      const parts = charactersOf(excerpt?.parts.map(({ text }) => text) ?? []);
      const characters = charactersOf([content, metadata, source, name, session?.name]) + parts;
      return sum + RESULT_BYTES + characters * BYTES_PER_CHARACTER + (explain?.length ?? 0) * ANSWER_BYTES;
    },
    ANSWER_BYTES + charactersOf([...degraded, accounts?.user, ...(accounts?.agents ?? [])]) * BYTES_PER_CHARACTER,
  );
