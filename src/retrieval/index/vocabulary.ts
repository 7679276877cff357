import { beginsAsCompound, endsAsCompound } from '../../text/compounds.ts';
import { mistakesBetween, mistakesIn } from '../../text/spelling.ts';
import { type Postings, type PostingTable, startOf } from './postings.ts';
import { StemTable, signatureOf, stemKey } from './term-tables.ts';

/** Terms that may still be looked at: of a question in a memory of a million different ones, not all of them. */
export interface Patience {
  left: number;
}

/** A term of a memory that is like another. */
export interface Likeness {
  readonly term: string;
  /** Passages that hold it, those of the past among them. */
  holders: number;
}

/** A likeness that typing errors make. */
export interface Misspelling extends Likeness {
  readonly mistakes: number;
}

type Words = Postings<string, Uint8Array>;

/** Bits of a signature that a byte takes with it, and the one put in its place. */
const BITS_OF_BYTE = 2;
/** What it takes to look a term up in a table, by halving, in terms looked at. */
const LOOKS_OF_A_SEARCH = 12;
const ENDING = 3;
/** What a term on two shelves takes: its places, and a share of the shelves. */
const BYTES_ON_SHELVES = 48;

const bitCount = (bits: number): number => {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Terms by their first letter, or by their last three. */
class Shelves {
  readonly #byMark = new Map<string, string[]>();
  terms = 0;

  put(mark: string, term: string): void {
    this.terms += 1;
    const shelf = this.#byMark.get(mark);
    if (shelf) shelf.push(term);
    else this.#byMark.set(mark, [term]);
  }

  at(mark: string): readonly string[] {
    return this.#byMark.get(mark) ?? [];
  }
}

const firstOf = (term: string): string => String.fromCodePoint(term.codePointAt(0) as number);

/**
 * The different terms of a memory, looked through for what is like a word. Those of posting tables are looked up there;
 * those of documents that were added one by one are put on shelves when that is first asked for, and from then on.
 */
export class Vocabulary {
  readonly #words: Words;
  #own: { readonly byFirst: Shelves; readonly byEnding: Shelves } | null = null;

  constructor(words: Words) {
    this.#words = words;
  }

  /** An estimate of the memory held. */
  get bytes(): number {
    return BYTES_ON_SHELVES * (this.#own?.byFirst.terms ?? 0);
  }

  /** Whether the memory holds a term, or held it; false once patience is at its end. */
  isHeld(term: string, patience: Patience): boolean {
    if (patience.left <= 0) return false;
    patience.left -= 1 + LOOKS_OF_A_SEARCH * this.#words.tables().length;
    return this.#words.has(term);
  }

  /** The longer terms that end or begin with a part of three letters at least, as a word put together of several does. */
  compoundsOf(part: string, patience: Patience): Likeness[] {
    const isEnd = (term: string): boolean => endsAsCompound(term, part);
    const isBeginning = (term: string): boolean => beginsAsCompound(term, part);
    const found = new Map<string, Likeness>();
    const { byFirst, byEnding } = this.#shelves();
    this.#among(byEnding.at(part.slice(-ENDING)), isEnd, patience, found);
    this.#among(byFirst.at(firstOf(part)), (term) => !isEnd(term) && isBeginning(term), patience, found);
    const key = stemKey(part);
    for (const table of this.#tables()) {
      const { terms } = table;
      this.#beginningWith(table, key, patience, (place) => {
        const term = terms.at(place);
        if (isBeginning(term) || isEnd(term)) add(found, table, place);
      });
      for (const place of terms.endingLike(key)) {
        if (patience.left <= 0) break;
        patience.left -= 1;
        // What begins with it as well was found above.
        if (!terms.ends(place, key) || terms.begins(place, key)) continue;
        if (isEnd(terms.at(place))) add(found, table, place);
      }
    }
    return [...found.values()];
  }

  /**
   * The terms that typing errors make of another, nearest first, then those that more passages hold. They begin with the
   * same letter, or with the first two swapped.
   */
  misspellingsOf(asked: string, patience: Patience): Misspelling[] {
    const most = mistakesIn(asked);
    if (most === 0) return [];
    const isAsLong = ({ length }: string): boolean => Math.abs(length - asked.length) <= most;
    /** Number of mistakes; 0 for a term that is none of the word's. */
    const mistakesOf = (term: string): number => {
      if (!isAsLong(term)) return 0;
      const mistakes = mistakesBetween(asked, term, most);
      return mistakes <= most && mistakes <= mistakesIn(term) ? mistakes : 0;
    };
    const key = stemKey(asked);
    const width = Math.ceil(key.length / asked.length);
    const signature = signatureOf(key, 0, key.length);
    const mayBeNear = (terms: StemTable, place: number): boolean =>
      Math.abs(terms.sizeAt(place) - key.length) <= width * most &&
      bitCount(terms.signatureAt(place) ^ signature) <= BITS_OF_BYTE * width * most;
    const [first = '', second = ''] = asked;
    const found = new Map<string, Likeness>();
    for (const beginning of first === second ? [first] : [first, second + first]) {
      const isNear = (term: string): boolean => isAsLong(term) && term.startsWith(beginning) && mistakesOf(term) > 0;
      this.#among(this.#shelves().byFirst.at(firstOf(beginning)), isNear, patience, found);
      for (const table of this.#tables()) {
        this.#beginningWith(table, stemKey(beginning), patience, (place) => {
          const { terms } = table;
          if (mayBeNear(terms, place) && mistakesOf(terms.at(place)) > 0) add(found, table, place);
        });
      }
    }
    return [...found.values()]
      .map((one) => ({ ...one, mistakes: mistakesOf(one.term) }))
      .sort((a, b) => a.mistakes - b.mistakes || b.holders - a.holders || (a.term < b.term ? -1 : 1));
  }

  #tables(): (PostingTable<string, Uint8Array> & { readonly terms: StemTable })[] {
    return this.#words.tables().flatMap((table) => {
      const { terms } = table;
      return terms instanceof StemTable ? [{ ...table, terms }] : [];
    });
  }

  #shelves(): { readonly byFirst: Shelves; readonly byEnding: Shelves } {
    if (this.#own) return this.#own;
    const own = { byFirst: new Shelves(), byEnding: new Shelves() };
    const put = (term: string): void => {
      own.byFirst.put(firstOf(term), term);
      own.byEnding.put(term.slice(-ENDING), term);
    };
    for (const [term] of this.#words.own()) put(term);
    this.#words.onTerm = (term) => {
      if (term !== null) return put(term);
      this.#own = null;
      this.#words.onTerm = null;
    };
    this.#own = own;
    return own;
  }

  /** Adds those of some terms of documents that were added one by one that are wanted. */
  #among(
    terms: readonly string[],
    isWanted: (term: string) => boolean,
    patience: Patience,
    found: Map<string, Likeness>,
  ): void {
    for (const term of terms) {
      if (patience.left <= 0) return;
      patience.left -= 1;
      if (isWanted(term)) found.set(term, { term, holders: this.#words.ownOf(term)?.length ?? 0 });
    }
  }

  #beginningWith(
    { terms }: { readonly terms: StemTable },
    beginning: Uint8Array,
    patience: Patience,
    look: (place: number) => void,
  ): void {
    for (let place = terms.firstFrom(beginning); place < terms.length && terms.begins(place, beginning); place += 1) {
      if (patience.left <= 0) return;
      patience.left -= 1;
      look(place);
    }
  }
}

/** Adds what a table holds of the term at a place. */
const add = (found: Map<string, Likeness>, table: PostingTable<string, Uint8Array>, place: number): void => {
  const term = table.terms.at(place);
  const holders = (table.ends[place] as number) - startOf(table, place);
  const before = found.get(term);
  if (before) before.holders += holders;
  else found.set(term, { term, holders });
};
