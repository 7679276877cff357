/** Slots fit in 26 bits: 67 million documents of one user. */
const FREQUENCY_BITS = 6;
const MAX_FREQUENCY = (1 << FREQUENCY_BITS) - 1;
const INITIAL_CAPACITY = 2;

/** Bytes that a list costs beside its entries: the object, its typed array and its place in a map. */
const OVERHEAD_BYTES = 160;

/** The slot of a posting. */
export const slotOf = (posting: number): number => posting >>> FREQUENCY_BITS;
/** A posting of its parts. */
export const withSlot = (slot: number, frequency: number): number =>
  slot * (MAX_FREQUENCY + 1) + Math.min(frequency, MAX_FREQUENCY);
/** How often the term stands in the document, 63 at most. */
export const frequencyOf = (posting: number): number => posting & MAX_FREQUENCY;

/** The documents that hold one term, in ascending order of slot: slot and frequency packed in 32 bits each. */
export class PostingList {
  #entries = new Uint32Array(INITIAL_CAPACITY);
  #length = 0;

  /** Adds a document. `slot` must be above every slot added before; frequencies above 63 count as 63. */
  add(slot: number, frequency: number): void {
    if (this.#length === this.#entries.length) {
      const grown = new Uint32Array(this.#entries.length * 2);
      grown.set(this.#entries);
      this.#entries = grown;
    }
    this.#entries[this.#length] = withSlot(slot, frequency);
    this.#length += 1;
  }

  /**
   * Adds the postings from `from` up to `end` of a range of documents, whose slots count from `firstSlot`. A view of its
   * own for each list took a sixth of the time of a load.
   */
  addAll(postings: Uint32Array, from: number, end: number, firstSlot: number): void {
    const length = this.#length + end - from;
    if (length > this.#entries.length) {
      const grown = new Uint32Array(Math.max(length, this.#entries.length * 2));
      grown.set(this.#entries);
      this.#entries = grown;
    }
    const shift = firstSlot * (MAX_FREQUENCY + 1);
    const ahead = this.#length - from;
    for (let i = from; i < end; i += 1) this.#entries[ahead + i] = (postings[i] as number) + shift;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** The postings, with room for more behind the first `length`. Good until the next `add`. */
  get entries(): Uint32Array {
    return this.#entries;
  }

  get bytes(): number {
    return OVERHEAD_BYTES + this.#entries.byteLength;
  }
}
