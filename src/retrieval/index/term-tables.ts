/** The terms of a segment in order, looked up by halving, so that a load makes no string and no list of any of them. */
export interface TermTable<Term, Key> {
  readonly length: number;
  readonly bytes: number;
  /** The place of a term; -1 when it is not there. */
  find(key: Key): number;
  /** The term at a place. */
  at(place: number): Term;
}

/** A kind of terms: how tables know them, and in which order. */
export interface TermKind<Term, Key> {
  keyOf(term: Term): Key;
  compare(a: Key, b: Key): number;
  /** @param keys in order. */
  tableOf(keys: readonly Key[]): TermTable<Term, Key>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A stem as the bytes that tables are ordered by. */
export const stemKey = (stem: string): Uint8Array => encoder.encode(stem);

/** A stretch of a text against a key, without a view of it, since a look-up would make a dozen. */
const compareStretch = (text: Uint8Array, start: number, end: number, key: Uint8Array): number => {
  const shared = Math.min(end - start, key.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (text[start + i] as number) - (key[i] as number);
    if (difference !== 0) return difference;
  }
  return end - start - key.length;
};

/** The order of tables of stems. */
export const compareStems = (a: Uint8Array, b: Uint8Array): number => compareStretch(a, 0, a.length, b);

/** The place at which a comparison with what is looked for is 0, by halving; -1 when it is at none. */
const search = (length: number, compareAt: (place: number) => number): number => {
  let [low, high] = [0, length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareAt(middle);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
};

/** Stems, as UTF-8 one after the other. */
export class StemTable implements TermTable<string, Uint8Array> {
  readonly #text: Uint8Array;
  /** Where each stem ends. */
  readonly #ends: Uint32Array;

  constructor(text: Uint8Array, ends: Uint32Array) {
    this.#text = text;
    this.#ends = ends;
  }

  get length(): number {
    return this.#ends.length;
  }

  get bytes(): number {
    return this.#text.byteLength + this.#ends.byteLength;
  }

  find(key: Uint8Array): number {
    return search(this.length, (place) =>
      compareStretch(this.#text, this.#startOf(place), this.#ends[place] as number, key),
    );
  }

  at(place: number): string {
    return decoder.decode(this.#text.subarray(this.#startOf(place), this.#ends[place] as number));
  }

  #startOf(place: number): number {
    return place === 0 ? 0 : (this.#ends[place - 1] as number);
  }
}

/** Word pieces, by number. */
export class PieceTable implements TermTable<number, number> {
  readonly #pieces: Uint32Array;

  constructor(pieces: Uint32Array) {
    this.#pieces = pieces;
  }

  get length(): number {
    return this.#pieces.length;
  }

  get bytes(): number {
    return this.#pieces.byteLength;
  }

  find(key: number): number {
    return search(this.length, (place) => (this.#pieces[place] as number) - key);
  }

  at(place: number): number {
    return this.#pieces[place] as number;
  }
}

/** Where each of some lists ends when they stand one after the other. */
export const endsOf = (lists: readonly { readonly length: number }[]): Uint32Array => {
  let end = 0;
  return Uint32Array.from(lists, ({ length }) => {
    end += length;
    return end;
  });
};

export const STEMS: TermKind<string, Uint8Array> = {
  keyOf: stemKey,
  compare: compareStems,
  tableOf: (keys) => new StemTable(Uint8Array.from(keys.flatMap((key) => [...key])), endsOf(keys)),
};

export const PIECES: TermKind<number, number> = {
  keyOf: (piece) => piece,
  compare: (a, b) => a - b,
  tableOf: (keys) => new PieceTable(Uint32Array.from(keys)),
};
