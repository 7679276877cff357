const INITIAL_CAPACITY = 16;

const createArrays = (capacity: number) => ({
  /** Key of the document in the store; -1 when it was withdrawn. */
  key: new Float64Array(capacity),
  /** Epoch milliseconds. */
  createdAt: new Float64Array(capacity),
  /** Place among `DOCUMENT_KINDS`. */
  kind: new Uint8Array(capacity),
  /** Place among `ROLES`. */
  role: new Uint8Array(capacity),
  marks: new Uint16Array(capacity),
  /** Place among `LANGUAGES`, from 1; 0 when it is not known. */
  language: new Uint8Array(capacity),
  /** Which model its vector and its word pieces are of. */
  ground: new Uint8Array(capacity),
  speaker: new Int32Array(capacity),
  session: new Int32Array(capacity),
  sequence: new Float64Array(capacity),
  /** Which passage of its document it is, from 0, and how many that has: they lie one after the other. */
  passage: new Uint32Array(capacity),
  passages: new Uint32Array(capacity),
  /** Neighbours in the session; -1 for none. */
  previous: new Int32Array(capacity),
  next: new Int32Array(capacity),
  /** Terms, with repeats; the same over the window of two passages to each side. */
  length: new Uint32Array(capacity),
  windowLength: new Uint32Array(capacity),
  /** Digest of what the whole document says. */
  saying: new Float64Array(capacity),
  /** Product of the vector with itself, and with the one before it in the session. */
  square: new Float32Array(capacity),
  link: new Float32Array(capacity),
  /** Product of the vector with the sum of the others in the window of two passages to each side. */
  around: new Float32Array(capacity),
  /** Squared norm of the sum over that window. */
  wideSquare: new Float32Array(capacity),
  /** One over the norm of the vector, of the sum over that window, and of the sum over the document; 0 for what has no direction. */
  inverse: new Float32Array(capacity),
  wideInverse: new Float32Array(capacity),
  documentInverse: new Float32Array(capacity),
});

type Arrays = ReturnType<typeof createArrays>;

/** What ranking knows of each passage, by slot, in typed arrays: objects took five times the memory. */
export class Columns {
  arrays: Arrays = createArrays(INITIAL_CAPACITY);
  /** Slots given out. */
  length = 0;

  /** New slots, all zero, one after the other; the first of them. */
  add(count: number): number {
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
