import { type Quantised, quantise } from '../../embedding/quantised.ts';
import type { Slab, VectorPool } from './vector-pool.ts';

/** One user's vectors, by row, in slabs of the pool. Close it when the user's index goes. */
export class VectorRows {
  readonly #pool: VectorPool;
  readonly #slabs: Slab[] = [];
  /** First row of each slab. */
  readonly #starts: number[] = [];
  #scales = new Float32Array(16);
  #capacity = 0;
  length = 0;

  constructor(pool: VectorPool) {
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#capacity * this.#pool.width + this.#scales.byteLength;
  }

  /** Adds a vector and answers its row. */
  append(vector: Float32Array): number {
    const address = this.#nextAddress();
    return this.#took(quantise(vector, this.#pool.components, address));
  }

  /** The same for one that is quantised already. */
  appendQuantised(components: Int8Array, scale: number): number {
    const address = this.#nextAddress();
    this.#pool.components.set(components, address);
    return this.#took(scale);
  }

  /** The stored components of a row, good until the next one is added, and what each stands for. */
  read(row: number): Quantised<Int8Array> {
    const address = this.#addressOf(row);
    const components = this.#pool.components.subarray(address, address + this.#pool.width);
    return { components, scale: this.#scales[row] as number };
  }

  /** Makes a row all zero. */
  clear(row: number): void {
    this.read(row).components.fill(0);
    this.#scales[row] = 0;
  }

  /** The product of every row with a question, by row. */
  dots({ components, scale }: Quantised<Int16Array>): Float32Array {
    const all = new Float32Array(this.length);
    this.#pool.ask(components);
    for (let i = 0; i < this.#slabs.length; i += 1) {
      const { address, rows } = this.#slabs[i] as Slab;
      const start = this.#starts[i] as number;
      const count = Math.min(rows, this.length - start);
      this.#pool.dots(address, count);
      scaleInto(all, start, count, this.#pool.answers, this.#scales, scale);
    }
    return all;
  }

  /** The product of one row with another, in the order of `others`. */
  dotsWith(row: number, others: readonly number[]): number[] {
    this.#pool.askStored(this.#addressOf(row));
    const scale = this.#scales[row] as number;
    return others.map((other) => {
      this.#pool.dots(this.#addressOf(other), 1);
      return (this.#pool.answers[0] as number) * scale * (this.#scales[other] as number);
    });
  }

  /** Gives the memory back to the pool. */
  close(): void {
    for (const slab of this.#slabs) this.#pool.release(slab);
    this.#slabs.length = 0;
    this.#starts.length = 0;
    this.#capacity = 0;
    this.length = 0;
  }

  #nextAddress(): number {
    if (this.length === this.#capacity) {
      const slab = this.#pool.allocate(this.#capacity);
      this.#slabs.push(slab);
      this.#starts.push(this.#capacity);
      this.#capacity += slab.rows;
    }
    return this.#addressOf(this.length);
  }

  #took(scale: number): number {
    if (this.length === this.#scales.length) {
      const grown = new Float32Array(this.#scales.length * 2);
      grown.set(this.#scales);
      this.#scales = grown;
    }
    this.#scales[this.length] = scale;
    this.length += 1;
    return this.length - 1;
  }

  #addressOf(row: number): number {
    let i = this.#starts.length - 1;
    // What is asked for is mostly what was added last.
    while ((this.#starts[i] as number) > row) i -= 1;
    return (this.#slabs[i] as Slab).address + (row - (this.#starts[i] as number)) * this.#pool.width;
  }
}

/** A loop of its own over locals: over the fields of a class it took ten times as long. */
const scaleInto = (
  all: Float32Array,
  start: number,
  count: number,
  products: Int32Array,
  scales: Float32Array,
  questionScale: number,
): void => {
  for (let row = 0; row < count; row += 1) {
    all[start + row] = (products[row] as number) * (scales[start + row] as number) * questionScale;
  }
};
