/** What the tokeniser does with a character. `UNSEEN` is only for the table's own use: not looked at yet. */
export const UNSEEN = 0;
/** Nothing: controls, format characters, accents, lone surrogates. */
export const DROPPED = 1;
/** Ends a word. */
export const BLANK = 2;
/** A word of its own: punctuation, Chinese characters. */
export const ALONE = 3;
/** Part of a word. */
export const IN_WORD = 4;
/** Stands for several characters, such as a Hangul syllable for its letters: see `expansion`. */
export const EXPANDED = 5;

const OTHER = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const BLANKS = /\s/;
const ACCENT = /\p{Mn}/u;
const PUNCTUATION = /[\p{P}$+<=>^`|~]/u;
/** The blocks of Chinese characters that BERT's tokeniser puts blanks around; kana and Hangul are not among them. */
const CHINESE =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/u;
const CODE_POINTS = 0x11_0000;

const kindOf = (character: string): number => {
  if (BLANKS.test(character)) return BLANK;
  if (PUNCTUATION.test(character) || CHINESE.test(character)) return ALONE;
  return IN_WORD;
};

/**
 * BERT's normalisation of uncased text, a character at a time: controls go, accents go (NFD without marks), the rest is
 * put in lower case. Each character is worked out when it is first met and then read from tables, so that a text costs no
 * allocation. The tables take 3.3 MB of address space, of which the system hands out the pages in use.
 */
export class Characters {
  readonly kinds = new Uint8Array(CODE_POINTS);
  /** The number of the normalised character in the vocabulary's alphabet, from 1; 0 when no word piece contains it. */
  readonly codes = new Uint16Array(CODE_POINTS);
  readonly #expansions = new Map<number, readonly number[]>();
  #alphabetSize = 0;

  /** Takes a character of the vocabulary into the alphabet. Every one must have been before any text is read. */
  learn(codePoint: number): number {
    const known = this.codes[codePoint] as number;
    if (known > 0) return known;
    this.#alphabetSize += 1;
    this.codes[codePoint] = this.#alphabetSize;
    return this.#alphabetSize;
  }

  /** The kind of a code point, from 0 to 0x10ffff, surrogates included. */
  kind(codePoint: number): number {
    const known = this.kinds[codePoint] as number;
    return known === UNSEEN ? this.#classify(codePoint) : known;
  }

  /** The code points that an `EXPANDED` one stands for; none of them is `EXPANDED`. */
  expansion(codePoint: number): readonly number[] {
    return this.#expansions.get(codePoint) ?? [];
  }

  #classify(codePoint: number): number {
    const kind = this.#work(codePoint);
    this.kinds[codePoint] = kind;
    return kind;
  }

  #work(codePoint: number): number {
    const character = String.fromCodePoint(codePoint);
    if (BLANKS.test(character)) return BLANK;
    if (OTHER.test(character) || character === '\ufffd') return DROPPED;
    const normalised = [...character.normalize('NFD')].filter((part) => !ACCENT.test(part)).map((p) => p.toLowerCase());
    const [first, ...rest] = normalised;
    if (first === undefined) return DROPPED;
    if (rest.length > 0) {
      this.#expansions.set(
        codePoint,
        normalised.map((part) => part.codePointAt(0) as number),
      );
      return EXPANDED;
    }
    this.codes[codePoint] = this.codes[first.codePointAt(0) as number] as number;
    // Of a Chinese character it is the one in the text that counts: its canonical form may lie outside of the blocks.
    return CHINESE.test(character) ? ALONE : kindOf(first);
  }
}
