import type { Which } from './calendar.ts';
import type { Lexicon, Word } from './lexicon.ts';

/** A phrase, a number, or what else stands in a text. */
interface Lexeme {
  readonly text: string;
  readonly word: Word;
}

const NUMBER = /^\d{1,4}$/;
/** Words that may stand between the parts of a date. */
const MOST_BETWEEN = 3;
const PAUSE = /^[,.º]$/;
/** Endings of numbers: "1st", "1er". */
const ENDING = /^(?:st|nd|rd|th|er|e)$/;

/** What a word is when no phrase is known. */
const NOTHING: Word = {};

/** What the tokens of a text say in a language, one after the other; nothing before it and behind it. */
export class Lexemes {
  readonly isMonthFirst: boolean;
  readonly #all: readonly Lexeme[];

  constructor(tokens: readonly string[], lexicon: Lexicon) {
    const all: Lexeme[] = [];
    for (let at = 0; at < tokens.length; ) {
      const text = tokens[at] as string;
      const found = lexicon.longestAt(tokens, at);
      all.push({ text, word: found?.word ?? (NUMBER.test(text) ? { number: Number(text) } : NOTHING) });
      at = found?.end ?? at + 1;
    }
    this.#all = all;
    this.isMonthFirst = lexicon.isMonthFirst;
  }

  get length(): number {
    return this.#all.length;
  }

  /** Whether any of them is such a word. */
  some(isSuch: (word: Word) => boolean): boolean {
    return this.#all.some(({ word }) => isSuch(word));
  }

  word(at: number): Word {
    return this.#all[at]?.word ?? NOTHING;
  }

  /** Its first token. */
  text(at: number): string {
    return this.#all[at]?.text ?? '';
  }

  /** Past words that may stand between the parts of a date. */
  between(at: number): number {
    let end = at;
    while (end < at + MOST_BETWEEN && (this.word(end).of || PAUSE.test(this.text(end)))) end += 1;
    return end;
  }

  /** Past a number and its ending. */
  numberEnd(at: number): number {
    return ENDING.test(this.text(at + 1)) ? at + 2 : at + 1;
  }

  /** Whether a word around a month or a season tells that it is one. */
  hasCompany(at: number, end: number): boolean {
    const before = this.word(at - 1);
    if (before.in || before.since) return true;
    // "A été" of French: "has been", or "to summer".
    if ((before.from || before.to) && this.word(at).season === undefined) return true;
    if (before.unit === 'month' || (before.of && this.word(at - 2).unit === 'month')) return true;
    // "In May and June"
    if (before.and && this.word(at - 2).month) return true;
    const behind = this.word(end);
    return behind.inAfter === true || behind.sinceAfter === true;
  }

  /** "Last", "this" or "next" right before or behind a word, where that stands, and the end of both. */
  whichAround(at: number): { readonly which: Which; readonly at: number; readonly end: number } | null {
    const { which } = this.word(at);
    if (which) return { which, at: at + 1, end: at + 2 };
    const behind = this.word(at + 1).which;
    return behind ? { which: behind, at, end: at + 2 } : null;
  }
}
