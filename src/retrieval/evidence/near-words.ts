import { isCompounding, mayBePart, waysToPart } from '../../text/compounds.ts';
import { type Language, languageOf } from '../../text/languages.ts';
import { mistakesIn, slipsOf } from '../../text/spelling.ts';
import { stemOf } from '../../text/stems.ts';
import type { AskedWord } from '../../text/terms.ts';
import type { Translation } from '../index/english-words.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { Patience } from '../index/vocabulary.ts';
import type { Question } from '../question.ts';

/** Terms of a memory that stand for a word of a question, and what they count of it: below 1. */
export interface NearTerms {
  readonly terms: readonly string[];
  readonly share: number;
}

/** What a compound of a word counts: Augenarzttermin for Termin. */
const COMPOUND_SHARE = 0.7;
/** What the parts of a compound count together: Termin and Augenarzt for Augenarzttermin. */
const PARTS_SHARE = 0.7;
/** What a word counts with one typing error, and with two. */
const MISSPELT_SHARES = [0.9, 0.7] as const;

/** What a word counts by its translations, times their cosine. */
const TRANSLATED_SHARE = 0.9;

/** Compounds of a word that are looked for, those that add least first. */
const MOST_COMPOUNDS = 32;
/** Spellings of a word that are looked for, the nearest first. */
const MOST_SPELLINGS = 3;
/** Stems of a word by different languages that are looked for. */
const MOST_STEMS = 3;
/** Letters of a part of a compound that is looked for without the other. */
const LEAST_LONE_PART = 5;

/** What stems leave out: a stem that is a word with one of them is spelled well. */
const ENDINGS = ['', ...'e s er ed ing ion al ic able ent ence ive ly ment ation en n t a o'.split(' ')];

/** Terms that are looked at for one question: some five milliseconds. */
const MOST_LOOKS = 400_000;

/** What looks for terms near to the words of one question. */
export class NearWords {
  readonly #index: UserIndex;
  readonly #patience: Patience;
  readonly #hasCompounds: boolean;
  readonly #languages: readonly (Language | null)[];

  readonly #translations: Question['translations'];

  constructor(index: UserIndex, question: Pick<Question, 'text' | 'translations'>, looks = MOST_LOOKS) {
    const language = languageOf(question.text);
    this.#translations = question.translations;
    const { languages } = index;
    this.#index = index;
    this.#patience = { left: looks };
    this.#languages = [...new Set([language, ...languages])].slice(0, MOST_STEMS);
    // A question that tells its language wrongly is no reason to look for compounds in a memory of another.
    this.#hasCompounds = languages.length > 0 ? languages.some(isCompounding) : isCompounding(language);
  }

  /** @param isSaid whether a passage holds the word itself. */
  of(asked: AskedWord, isSaid: boolean): NearTerms[] {
    const near = this.#hasCompounds ? this.#compounds(asked) : [];
    if (isSaid || near.length > 0) return near;
    const translation = this.#translations.get(asked.word);
    if (translation) return this.#translated(translation);
    const parts = this.#hasCompounds ? this.#parts(asked) : [];
    return parts.length > 0 ? parts : this.#spellings(asked);
  }

  #translated({ words, cosine }: Translation): NearTerms[] {
    const terms = [...new Set(words.map((word) => stemOf(word, 'en')))].filter((stem) => this.#index.words.has(stem));
    return terms.length > 0 ? [{ terms, share: TRANSLATED_SHARE * cosine }] : [];
  }

  #compounds({ terms }: AskedWord): NearTerms[] {
    const found = new Map<string, number>();
    for (const term of terms.filter(mayBePart).slice(0, MOST_STEMS)) {
      for (const compound of this.#index.vocabulary.compoundsOf(term, this.#patience)) {
        if (!terms.includes(compound.term)) found.set(compound.term, compound.term.length - term.length);
      }
    }
    if (found.size === 0) return [];
    const shortest = [...found].sort(([a, added], [b, other]) => added - other || (a < b ? -1 : 1));
    return [{ terms: shortest.slice(0, MOST_COMPOUNDS).map(([term]) => term), share: COMPOUND_SHARE }];
  }

  #parts({ word }: AskedWord): NearTerms[] {
    let best: NearTerms[] = [];
    for (const { first, last } of waysToPart(word, this.#languages)) {
      const said = [first, last].map((stems) =>
        stems.filter((stem) => this.#index.vocabulary.isHeld(stem, this.#patience)),
      );
      const isWhole = said.every(({ length }) => length > 0);
      const found = isWhole ? said : said.filter((stems) => stems.some((stem) => stem.length >= LEAST_LONE_PART));
      // Of ways that are as good the later: its last part is the shortest.
      if (found.length > 0 && found.length >= best.length) {
        best = found.map((terms) => ({ terms, share: PARTS_SHARE / 2 }));
      }
    }
    return best;
  }

  #spellings({ word, terms }: AskedWord): NearTerms[] {
    if (mistakesIn(word) === 0) return [];
    const isWord = this.#isWord(word);
    const found = terms
      .slice(0, MOST_STEMS)
      .flatMap((term) => this.#index.vocabulary.misspellingsOf(term, this.#patience))
      .filter(({ term }) => !(isWord && this.#isStem(term)))
      .sort((a, b) => a.mistakes - b.mistakes || b.holders - a.holders);
    const [nearest] = found;
    const mended = isWord || nearest?.mistakes === 1 ? [] : this.#mended(word);
    const spellings =
      mended.length > 0
        ? mended
        : found.filter(({ mistakes }) => mistakes === nearest?.mistakes).map(({ term }) => term);
    const share = MISSPELT_SHARES[mended.length > 0 ? 0 : (nearest?.mistakes ?? 1) - 1] as number;
    return spellings.length > 0 ? [{ terms: [...new Set(spellings)].slice(0, MOST_SPELLINGS), share }] : [];
  }

  /** A slip in the ending keeps a stem from being the stem of the word that is meant: insurnace, but insur. */
  #mended(word: string): string[] {
    const stems = new Set(slipsOf(word).flatMap((slip) => this.#languages.map((language) => stemOf(slip, language))));
    return [...stems].filter((stem) => mistakesIn(stem) > 0 && this.#index.vocabulary.isHeld(stem, this.#patience));
  }

  /** Whether it is a word that is spelled well: the static models know common ones as a piece of their own. */
  #isWord(word: string): boolean {
    const { meaning, grounds } = this.#index;
    return meaning !== null && grounds.some((ground) => meaning.isPiece(word, ground));
  }

  #isStem(stem: string): boolean {
    return (
      ENDINGS.some((ending) => this.#isWord(stem + ending)) ||
      (stem.endsWith('i') && this.#isWord(`${stem.slice(0, -1)}y`))
    );
  }
}
