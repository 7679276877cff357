import { type Quantised, quantise } from '../../../embedding/quantised.ts';
import type { Slab, VectorPool } from './vector-pool.ts';

const BYTES_PER_SCALE = Float32Array.BYTES_PER_ELEMENT;

/** One user's vectors, by row, in slabs of the pool. Close it when the user's index goes. */
export class VectorRows {
  readonly #pool: VectorPool;
  readonly #slabs: Slab[] = [];
  /** First row of each slab. */
  readonly #starts: number[] = [];
  #capacity = 0;
  length = 0;

  constructor(pool: VectorPool) {
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#capacity * (this.#pool.width + BYTES_PER_SCALE);
  }

  /** Adds a vector and answers its row. */
  append(vector: Float32Array): number {
    const { slab, at } = this.#next();
    const scale = quantise(vector, this.#pool.components, slab.address + at * this.#pool.width);
    this.#pool.scales[slab.scalesAddress / BYTES_PER_SCALE + at] = scale;
    this.length += 1;
    return this.length - 1;
  }

  /** Adds vectors that were read before, `scales.length` of them. */
  appendAll(components: Int8Array, scales: Float32Array): void {
    const { width } = this.#pool;
    for (let from = 0; from < scales.length; ) {
      const { slab, at } = this.#next();
      const count = Math.min(slab.rows - at, scales.length - from);
      const to = from + count;
      this.#pool.components.set(components.subarray(from * width, to * width), slab.address + at * width);
      this.#pool.scales.set(scales.subarray(from, to), slab.scalesAddress / BYTES_PER_SCALE + at);
      this.length += count;
      from = to;
    }
  }

  /** Puts a vector that was read before in place of a row's, or behind the last row. */
  put(row: number, { components, scale }: Quantised<Int8Array>): void {
    if (row === this.length) {
      this.#next();
      this.length += 1;
    }
    const { slab, at } = this.#placeOf(row);
    const place = this.read(row).components;
    place.fill(0);
    place.set(components);
    this.#pool.scales[slab.scalesAddress / BYTES_PER_SCALE + at] = scale;
  }

  /** The stored components of a row, good until the next one is added, and what each stands for. */
  read(row: number): Quantised<Int8Array> {
    const { slab, at } = this.#placeOf(row);
    const address = slab.address + at * this.#pool.width;
    return {
      components: this.#pool.components.subarray(address, address + this.#pool.width),
      scale: this.#pool.scales[slab.scalesAddress / BYTES_PER_SCALE + at] as number,
    };
  }

  /** Makes a row all zero. */
  clear(row: number): void {
    const { slab, at } = this.#placeOf(row);
    this.read(row).components.fill(0);
    this.#pool.scales[slab.scalesAddress / BYTES_PER_SCALE + at] = 0;
  }

  /** The product of every row with a question, by row, but for the question's scale; put into `all` and answered. */
  dots(question: Int16Array, all: Float32Array = new Float32Array(this.length)): Float32Array {
    this.#pool.ask(question);
    return this.#dotsOfAll(all);
  }

  /** The same with one of two questions, where rows are of two kinds: `which` says by row 0 for the first, 1 for the second. */
  dotsOfTwo([first, second]: readonly [Int16Array, Int16Array], which: Uint8Array, all: Float32Array): Float32Array {
    this.#pool.ask(first, second);
    return this.#dotsOfAll(all, which);
  }

  #dotsOfAll(all: Float32Array, which?: Uint8Array): Float32Array {
    for (let i = 0; i < this.#slabs.length; i += 1) {
      const slab = this.#slabs[i] as Slab;
      const start = this.#starts[i] as number;
      const count = Math.min(slab.rows, this.length - start);
      this.#pool.dots(slab, 0, count, which?.subarray(start, start + count));
      all.set(this.#pool.answers.subarray(0, count), start);
    }
    return all;
  }

  /** The same for some rows; the others are left as they are. */
  dotsOf(
    question: Int16Array,
    rows: readonly number[],
    all: Float32Array = new Float32Array(this.length),
  ): Float32Array {
    this.#pool.ask(question);
    for (const row of rows) {
      const { slab, at } = this.#placeOf(row);
      this.#pool.dots(slab, at, 1);
      all[row] = this.#pool.answers[0] as number;
    }
    return all;
  }

  /** The product of one row with others, in their order. */
  dotsWith(row: number, others: readonly number[]): number[] {
    const { slab, at } = this.#placeOf(row);
    this.#pool.askStored(slab.address + at * this.#pool.width);
    const scale = this.#pool.scales[slab.scalesAddress / BYTES_PER_SCALE + at] as number;
    const products: number[] = [];
    for (let i = 0; i < others.length; ) {
      const last = others[i] as number;
      const place = this.#placeOf(last);
      // A turn and those before it mostly lie one after the other, and are one call then.
      let count = 1;
      while (count <= place.at && others[i + count] === last - count) count += 1;
      this.#pool.dots(place.slab, place.at - count + 1, count);
      for (let k = count - 1; k >= 0; k -= 1) products.push((this.#pool.answers[k] as number) * scale);
      i += count;
    }
    return products;
  }

  /** Gives the memory back to the pool. */
  close(): void {
    for (const slab of this.#slabs) this.#pool.release(slab);
    this.#slabs.length = 0;
    this.#starts.length = 0;
    this.#capacity = 0;
    this.length = 0;
  }

  #next(): { readonly slab: Slab; readonly at: number } {
    if (this.length === this.#capacity) {
      const slab = this.#pool.allocate(this.#capacity);
      this.#slabs.push(slab);
      this.#starts.push(this.#capacity);
      this.#capacity += slab.rows;
    }
    return this.#placeOf(this.length);
  }

  #placeOf(row: number): { readonly slab: Slab; readonly at: number } {
    let i = this.#starts.length - 1;
    // What is asked for is mostly what was added last.
    while ((this.#starts[i] as number) > row) i -= 1;
    return { slab: this.#slabs[i] as Slab, at: row - (this.#starts[i] as number) };
  }
}
