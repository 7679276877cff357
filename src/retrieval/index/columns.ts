const INITIAL_CAPACITY = 16;

const createArrays = (capacity: number) => ({
  /** Key of the document in the store; -1 when it was withdrawn. */
  key: new Float64Array(capacity),
  /** Epoch milliseconds. */
  createdAt: new Float64Array(capacity),
  /** 0 message, 1 knowledge. */
  kind: new Uint8Array(capacity),
  /** 0 none, 1 user, 2 assistant, 3 system. */
  role: new Uint8Array(capacity),
  marks: new Uint8Array(capacity),
  speaker: new Int32Array(capacity),
  session: new Int32Array(capacity),
  sequence: new Float64Array(capacity),
  /** Neighbours in the session; -1 for none. */
  previous: new Int32Array(capacity),
  next: new Int32Array(capacity),
  /** Terms, with repeats; the same over the window of two turns to each side. */
  length: new Uint32Array(capacity),
  windowLength: new Uint32Array(capacity),
  /** The length in e-folds over ten terms, at most two. */
  logLength: new Float32Array(capacity),
  /** Digest of what the text says. */
  saying: new Float64Array(capacity),
  /** Product of the vector with itself, and with the one before it in the session. */
  square: new Float32Array(capacity),
  link: new Float32Array(capacity),
  /** Squared norm of the sum over the window of two turns to each side. */
  wideSquare: new Float32Array(capacity),
  /** One over the norm of the vector, and of the sum over that window; 0 for what has no direction. */
  inverse: new Float32Array(capacity),
  wideInverse: new Float32Array(capacity),
});

type Arrays = ReturnType<typeof createArrays>;

/** What ranking knows of each document, by slot, in typed arrays: objects took five times the memory. */
export class Columns {
  arrays: Arrays = createArrays(INITIAL_CAPACITY);
  /** Slots given out. */
  length = 0;

  /** A new slot, all zero. */
  add(): number {
    return this.addMany(1);
  }

  /** New slots, all zero, one after the other; the first of them. */
  addMany(count: number): number {
    const first = this.length;
    this.length += count;
    let capacity = this.arrays.key.length;
    if (this.length <= capacity) return first;
    while (capacity < this.length) capacity *= 2;
    const grown = createArrays(capacity);
    for (const name of Object.keys(grown) as (keyof Arrays)[]) {
      (grown[name] as Float64Array).set(this.arrays[name] as Float64Array);
    }
    this.arrays = grown;
    return first;
  }

  get bytes(): number {
    return Object.values(this.arrays).reduce((sum, array) => sum + array.byteLength, 0);
  }
}
