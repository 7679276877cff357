import { STOP_WORDS } from '../text/stop-words.ts';
import { type Span, unitsOf } from '../text/units.ts';
import type { Meaning } from './index/meaning.ts';
import { othersFirst } from './others-first.ts';
import { createUnitReader, type UnitReader } from './unit-reader.ts';

/** What a question looks for in a text. */
export interface Sought {
  readonly text: string;
  /** Its terms, and how much each tells. */
  readonly terms: ReadonlyMap<string, number>;
  /** Directions of its vector by ground, of length 1; null without one. */
  readonly directions: readonly (Float32Array | null)[];
}

/** A sentence, a line or the like of a text, and how much of what is sought stands in it. */
export interface Passage extends Span {
  /** 0 for nothing; about 1 for all of its words. */
  readonly score: number;
}

/** What parts of words count beside words: forms and spellings that no stemmer knows, in any language. */
const GRAM_SHARE = 0.5;
/** What nearness in meaning counts. */
const MEANING_SHARE = 0.3;
/** Parts of words of a longer question that are looked for. */
const MAX_GRAMS = 512;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that say in two characters what others say in three. */
const DENSE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const DENSE_GRAM = 2;
const GRAM = 3;

/** Calls back for each run of two or three characters within the words of a text, with repeats. */
const eachGram = (text: string, visit: (gram: string) => void): void => {
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    if (STOP_WORDS.has(word)) continue;
    const width = DENSE.test(word) ? DENSE_GRAM : GRAM;
    if (word.length <= width) visit(word);
    else for (let at = 0; at + width <= word.length; at += 1) visit(word.slice(at, at + width));
  }
};

/** How often each thing stands in how many units, and in which. */
class Holders<Thing> {
  readonly #units = new Map<Thing, number[]>();

  constructor(things: Iterable<Thing>) {
    for (const thing of things) this.#units.set(thing, []);
  }

  add(thing: Thing, unit: number): void {
    const units = this.#units.get(thing);
    if (units && units.at(-1) !== unit) units.push(unit);
  }

  /**
   * Adds to the score of each unit the share of the things that it holds, by their weights. What stands in every line of a
   * text tells nothing there, however seldom it is elsewhere.
   */
  addTo(scores: Float64Array, share: number, weightOf: (thing: Thing) => number): void {
    const total = [...this.#units.keys()].reduce((sum, thing) => sum + weightOf(thing), 0);
    if (total === 0) return;
    for (const [thing, units] of this.#units) {
      const rarity = Math.log(1 + scores.length / units.length) / Math.log(1 + scores.length);
      const gain = (share * weightOf(thing) * rarity) / total;
      for (const unit of units) scores[unit] = (scores[unit] as number) + gain;
    }
  }
}

/** What is read before others have their turn: ten milliseconds or so. */
const UNITS_AT_A_TIME = 500;

/**
 * Looks for what is sought in texts: the sentences, lines and list items of each in their order, and how much of it stands
 * in each. Takes time by the length of a text alone, 50 ms for 256 KiB of English, twice or thrice as long for scripts
 * without blanks.
 */
export const createPassageFinder = (
  soughts: readonly Sought[],
  meaning: Meaning | null,
  reader: UnitReader = createUnitReader(meaning),
) => {
  const grams = new Set<string>();
  for (const { text } of soughts) {
    eachGram(text, (gram) => {
      if (grams.size < MAX_GRAMS) grams.add(gram);
    });
  }
  const weights = new Map<string, number>();
  for (const { terms } of soughts) {
    for (const [term, weight] of terms) weights.set(term, (weights.get(term) ?? 0) + weight);
  }

  return async (text: string): Promise<Passage[]> => {
    const units = unitsOf(text);
    // Of one there is no order to find.
    if (units.length < 2) return units.map((unit) => ({ ...unit, score: 0 }));
    const ground = reader.groundOf(text);
    const direction = soughts[0]?.directions[ground];
    const scores = new Float64Array(units.length);
    const terms = new Holders(weights.keys());
    const parts = new Holders(grams);
    for (const [i, { from, end }] of units.entries()) {
      if (i % UNITS_AT_A_TIME === UNITS_AT_A_TIME - 1) await othersFirst();
      const said = text.slice(from, end);
      const { terms: held, sum, length } = reader.read(said, ground);
      for (const term of held) terms.add(term, i);
      eachGram(said, (gram) => parts.add(gram, i));
      if (!sum || !direction) continue;
      let product = 0;
      for (let k = 0; k < sum.length; k += 1) product += (sum[k] as number) * (direction[k] as number);
      if (product > 0) scores[i] = (MEANING_SHARE * product) / length;
    }
    terms.addTo(scores, 1, (term) => weights.get(term) ?? 0);
    parts.addTo(scores, GRAM_SHARE, () => 1);
    return units.map((unit, i) => ({ ...unit, score: scores[i] as number }));
  };
};

/** What is left of a passage's worth for the one behind it, and for the one before: what follows says more of it. */
const FADE_AFTER = 0.6;
const FADE_BEFORE = 0.5;

/**
 * The order in which passages are worth showing, as their places in the text: the best first, then what stands around it
 * or is nearly as good elsewhere. From the beginning on when nothing is found.
 */
export const byWorth = (passages: readonly Passage[]): number[] => {
  const worth = passages.map(({ score }) => score);
  for (let i = 1; i < worth.length; i += 1) {
    worth[i] = Math.max(worth[i] as number, FADE_AFTER * (worth[i - 1] as number));
  }
  const before = passages.map(({ score }) => score);
  for (let i = before.length - 2; i >= 0; i -= 1) {
    before[i] = Math.max(before[i] as number, FADE_BEFORE * (before[i + 1] as number));
    worth[i] = Math.max(worth[i] as number, before[i] as number);
  }
  return [...worth.keys()].sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
};
