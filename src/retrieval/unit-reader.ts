import { LRUCache } from 'lru-cache';
import { termsOf } from '../text/terms.ts';
import { ENGLISH_GROUND, type Ground, type Meaning } from './index/meaning.ts';

/** A sentence, a line or the like, as far as no question is needed to read it. */
export interface ReadUnit {
  readonly terms: readonly string[];
  /** The sum of its word pieces, and how long that is; null without a model. */
  readonly sum: Float32Array | null;
  readonly length: number;
}

export interface UnitReader {
  /** The ground that a text stands on. */
  groundOf(text: string): Ground;
  read(unit: string, ground: Ground): ReadUnit;
}

/** Units that are kept, of 160 characters at the most: with a vector of 1 KB each, some six megabytes. */
const MAX_UNITS = 4_096;
/** Texts whose ground is kept, and the longest of them. */
const MAX_TEXTS = 1_024;
const MAX_TEXT = 2_048;

/**
 * Reads the parts of texts, and keeps what it has read: blocks for a conversation are made of the same messages again and
 * again. Of the time that a block of 1,000 tokens takes the search, reading was half.
 */
export const createUnitReader = (meaning: Meaning | null): UnitReader => {
  const units = new LRUCache<string, ReadUnit>({ max: MAX_UNITS });
  const grounds = new LRUCache<string, Ground>({ max: MAX_TEXTS });
  return {
    groundOf: (text) => {
      if (!meaning) return ENGLISH_GROUND;
      const known = grounds.get(text);
      if (known !== undefined) return known;
      const ground = meaning.groundOf(text);
      if (text.length <= MAX_TEXT) grounds.set(text, ground);
      return ground;
    },
    read: (unit, ground) => {
      const key = `${ground} ${unit}`;
      const known = units.get(key);
      if (known) return known;
      const sum = meaning ? meaning.read(unit, ground).sum : null;
      const length = sum ? Math.sqrt(sum.reduce((total, x) => total + x * x, 0)) : 0;
      const read = { terms: termsOf(unit), sum, length };
      units.set(key, read);
      return read;
    },
  };
};
