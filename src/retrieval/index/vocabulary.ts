import { beginsAsCompound, endsAsCompound } from '../../text/compounds.ts';
import { mistakesBetween, mistakesIn } from '../../text/spelling.ts';
import type { PostingList } from './posting-list.ts';
import { type Postings, type Stretch, startOf } from './postings.ts';
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

type Words = Postings<string, Uint8Array>;

/** Bits of a signature that one letter of a script sets, and the one put in its place. */
const BITS_OF_LETTER = 2;

const bitCount = (bits: number): number => {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** What is found in several stretches, put together by term. */
class Found {
  readonly #byTerm = new Map<string, Likeness>();

  add(term: string, holders: number): void {
    const found = this.#byTerm.get(term);
    if (found) found.holders += holders;
    else this.#byTerm.set(term, { term, holders });
  }

  addAt({ terms, ends }: Stretch<string, Uint8Array>, place: number): void {
    this.add(terms.at(place), (ends[place] as number) - startOf({ ends }, place));
  }

  all(): Likeness[] {
    return [...this.#byTerm.values()];
  }
}

const tablesOf = (words: Words): (Stretch<string, Uint8Array> & { readonly terms: StemTable })[] =>
  words.stretches().flatMap((stretch) => {
    const { terms } = stretch;
    return terms instanceof StemTable ? [{ ...stretch, terms }] : [];
  });

/** Looks at the terms of documents that were added one by one, few thousand at most. */
const eachOwn = (words: Words, patience: Patience, look: (term: string, list: PostingList) => void): void => {
  for (const [term, list] of words.own()) {
    if (patience.left <= 0) return;
    patience.left -= 1;
    look(term, list);
  }
};

/** What it takes to look a term up in a table, by halving, in terms looked at. */
const LOOKS_OF_A_SEARCH = 12;

/** Whether a memory holds a term; false once patience is at its end. */
export const isHeld = (words: Words, term: string, patience: Patience): boolean => {
  if (patience.left <= 0) return false;
  patience.left -= 1 + LOOKS_OF_A_SEARCH * words.stretches().length;
  return words.has(term);
};

/** The longer terms of a memory that end or begin with a part, as a word put together of several does. */
export const compoundsOf = (words: Words, part: string, patience: Patience): Likeness[] => {
  const found = new Found();
  const isCompound = (term: string): boolean => endsAsCompound(term, part) || beginsAsCompound(term, part);
  eachOwn(words, patience, (term, list) => {
    if (term.length > part.length && isCompound(term)) found.add(term, list.length);
  });
  const key = stemKey(part);
  for (const stretch of tablesOf(words)) {
    const { terms } = stretch;
    for (let place = terms.firstFrom(key); place < terms.length && terms.begins(place, key); place += 1) {
      if (patience.left <= 0) return found.all();
      patience.left -= 1;
      if (isCompound(terms.at(place))) found.addAt(stretch, place);
    }
    for (const place of terms.endingLike(key)) {
      if (patience.left <= 0) return found.all();
      patience.left -= 1;
      // What begins with it as well was found above.
      if (terms.ends(place, key) && !terms.begins(place, key) && isCompound(terms.at(place)))
        found.addAt(stretch, place);
    }
  }
  return found.all();
};

/** A likeness that typing errors make. */
export interface Misspelling extends Likeness {
  readonly mistakes: number;
}

/**
 * The terms of a memory that typing errors make of another, nearest first, then those that more passages hold. They begin
 * with the same letter, or with the first two swapped.
 */
export const misspellingsOf = (words: Words, asked: string, patience: Patience): Misspelling[] => {
  const most = mistakesIn(asked);
  if (most === 0) return [];
  const found = new Found();
  const [first = '', second = ''] = asked;
  const swapped = second + first;
  const mistakesOf = (term: string): number => {
    const may = Math.min(most, mistakesIn(term));
    const begins = term.startsWith(first) || (second !== first && term.startsWith(swapped));
    return may > 0 && begins ? mistakesBetween(asked, term, may) : 0;
  };
  const isNear = (term: string): boolean => {
    const mistakes = mistakesOf(term);
    return mistakes > 0 && mistakes <= Math.min(most, mistakesIn(term));
  };
  eachOwn(words, patience, (term, list) => {
    if (Math.abs(term.length - asked.length) <= most && isNear(term)) found.add(term, list.length);
  });
  const key = stemKey(asked);
  const width = Math.ceil(key.length / asked.length);
  const mostBits = BITS_OF_LETTER * width * most;
  const signature = signatureOf(key, 0, key.length);
  for (const beginning of second === first ? [first] : [first, swapped]) {
    const beginningKey = stemKey(beginning);
    for (const stretch of tablesOf(words)) {
      const { terms } = stretch;
      for (
        let place = terms.firstFrom(beginningKey);
        place < terms.length && terms.begins(place, beginningKey);
        place += 1
      ) {
        if (patience.left <= 0) break;
        patience.left -= 1;
        if (Math.abs(terms.sizeAt(place) - key.length) > width * most) continue;
        if (bitCount(terms.signatureAt(place) ^ signature) > mostBits) continue;
        if (isNear(terms.at(place))) found.addAt(stretch, place);
      }
    }
  }
  return found
    .all()
    .map((one) => ({ ...one, mistakes: mistakesOf(one.term) }))
    .sort((a, b) => a.mistakes - b.mistakes || b.holders - a.holders || (a.term < b.term ? -1 : 1));
};
