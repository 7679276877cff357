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

/** Compares a part of a text with a key, without a view of it, since a look-up would make a dozen. */
const comparePart = (text: Uint8Array, start: number, end: number, key: Uint8Array): number => {
  const shared = Math.min(end - start, key.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (text[start + i] as number) - (key[i] as number);
    if (difference !== 0) return difference;
  }
  return end - start - key.length;
};

/** The order of tables of stems. */
export const compareStems = (a: Uint8Array, b: Uint8Array): number => comparePart(a, 0, a.length, b);

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

/** Which bits of 32 some bytes set, each the one of its last five bits: alike words have most of them in common. */
export const signatureOf = (text: Uint8Array, start: number, end: number): number => {
  let signature = 0;
  for (let i = start; i < end; i += 1) signature |= 1 << ((text[i] as number) & 31);
  return signature;
};

/** The stems of a table by how they end: the places of those that end alike stand together. */
interface Endings {
  readonly places: Uint32Array;
  /** Where those of each kind of ending end. */
  readonly ends: Uint32Array;
}

/** Kinds of endings: three bytes tell stems apart well enough, and these many fit in a row of a kilobyte. */
const ENDINGS = 256;
const ENDING_BYTES = 3;

const endingOf = (text: Uint8Array, end: number): number =>
  ((text[end - 1] as number) + 31 * (text[end - 2] as number) + 7 * (text[end - 3] as number)) & (ENDINGS - 1);

/** Stems, as UTF-8 one after the other. */
export class StemTable implements TermTable<string, Uint8Array> {
  readonly #text: Uint8Array;
  /** Where each stem ends. */
  readonly #ends: Uint32Array;
  /** Made when it is first asked for, in languages that put words together. */
  #endings: Endings | null = null;

  constructor(text: Uint8Array, ends: Uint32Array) {
    this.#text = text;
    this.#ends = ends;
  }

  get length(): number {
    return this.#ends.length;
  }

  /** With the endings, made or not. */
  get bytes(): number {
    return this.#text.byteLength + 2 * this.#ends.byteLength + 4 * ENDINGS;
  }

  find(key: Uint8Array): number {
    return search(this.length, (place) =>
      comparePart(this.#text, this.#startOf(place), this.#ends[place] as number, key),
    );
  }

  at(place: number): string {
    return decoder.decode(this.#text.subarray(this.#startOf(place), this.#ends[place] as number));
  }

  /** How many bytes the stem at a place takes. */
  sizeAt(place: number): number {
    return (this.#ends[place] as number) - this.#startOf(place);
  }

  /** Which bits of 32 the bytes of the stem at a place set, each the one of its last five bits. */
  signatureAt(place: number): number {
    return signatureOf(this.#text, this.#startOf(place), this.#ends[place] as number);
  }

  /** The first place of a stem that begins with some bytes, or would stand behind them. */
  firstFrom(beginning: Uint8Array): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePart(this.#text, this.#startOf(middle), this.#ends[middle] as number, beginning) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  begins(place: number, beginning: Uint8Array): boolean {
    return this.sizeAt(place) >= beginning.length && this.#holds(this.#startOf(place), beginning);
  }

  ends(place: number, ending: Uint8Array): boolean {
    return this.sizeAt(place) >= ending.length && this.#holds((this.#ends[place] as number) - ending.length, ending);
  }

  /** The places of the stems that end like some bytes, three at least, and of few others. */
  endingLike(ending: Uint8Array): Uint32Array {
    this.#endings ??= this.#byEnding();
    const { places, ends } = this.#endings;
    const kind = endingOf(ending, ending.length);
    return places.subarray(kind === 0 ? 0 : (ends[kind - 1] as number), ends[kind] as number);
  }

  #byEnding(): Endings {
    const ends = new Uint32Array(ENDINGS);
    const kindAt = (place: number): number =>
      this.sizeAt(place) < ENDING_BYTES ? 0 : endingOf(this.#text, this.#ends[place] as number);
    for (let place = 0; place < this.length; place += 1) {
      const kind = kindAt(place);
      ends[kind] = (ends[kind] as number) + 1;
    }
    for (let kind = 1; kind < ENDINGS; kind += 1) ends[kind] = (ends[kind] as number) + (ends[kind - 1] as number);
    const places = new Uint32Array(this.length);
    const free = ends.slice();
    for (let place = this.length - 1; place >= 0; place -= 1) {
      const kind = kindAt(place);
      free[kind] = (free[kind] as number) - 1;
      places[free[kind] as number] = place;
    }
    return { places, ends };
  }

  #holds(at: number, bytes: Uint8Array): boolean {
    for (let i = 0; i < bytes.length; i += 1) if (this.#text[at + i] !== bytes[i]) return false;
    return true;
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
  tableOf: (keys) => {
    const ends = endsOf(keys);
    const text = new Uint8Array(ends.at(-1) ?? 0);
    for (const [i, key] of keys.entries()) text.set(key, (ends[i] as number) - key.length);
    return new StemTable(text, ends);
  },
};

export const PIECES: TermKind<number, number> = {
  keyOf: (piece) => piece,
  compare: (a, b) => a - b,
  tableOf: (keys) => new PieceTable(Uint32Array.from(keys)),
};
