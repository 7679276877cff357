import { DOT_KERNEL_BASE64 } from './dot-kernel.ts';

/** Where the kernel finds its questions and leaves its answers; vectors lie above. */
const QUESTION_AT = 0;
const MAX_WIDTH = 8_192;
const QUESTION_BYTES = MAX_WIDTH * 2;
const ANSWERS_AT = 2 * QUESTION_BYTES;
const PAGE_BYTES = 65_536;
/** Where the memory of WebAssembly ends: 16.5 million vectors of 256 components. */
export const MAX_POOL_BYTES = 2 ** 32;
/** The memory grows by four megabytes at the least: page by page, to grow took half of the time that a user's vectors took. */
const LEAST_GROWTH_PAGES = 64;
/** The kernel's steps are of sixteen components. */
const STEP = 16;
/** Rows of the smallest slab and of the largest; a user's slabs double between the two. */
const MIN_SLAB_ROWS = 16;
export const MAX_SLAB_ROWS = 8_192;
const WHICH_AT = ANSWERS_AT + MAX_SLAB_ROWS * 4;
const VECTORS_AT = WHICH_AT + MAX_SLAB_ROWS;

export interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly dots: (
    ...addresses: [
      row: number,
      count: number,
      width: number,
      question: number,
      stride: number,
      which: number,
      scales: number,
      out: number,
    ]
  ) => void;
}

const openKernel = (): Kernel => {
  const bytes = Uint8Array.from(atob(DOT_KERNEL_BASE64), (character) => character.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Kernel;
};

/** A range of rows, one after the other, with the scale of each behind them. Addresses are in bytes. */
export interface Slab {
  readonly address: number;
  readonly rows: number;
  readonly scalesAddress: number;
}

/**
 * The memory that the vectors of all users lie in, a byte a component, and the SIMD kernel that multiplies them. Slabs that
 * are given back are given out again; the memory itself never shrinks.
 */
export class VectorPool {
  /** Components of a vector, with zeros up to a multiple of sixteen. */
  readonly width: number;
  readonly #kernel: Kernel;
  readonly #free = new Map<number, number[]>();
  #end = VECTORS_AT;
  #question!: Int16Array;
  #second!: Int16Array;
  #which!: Uint8Array;
  #components!: Int8Array;
  #scales!: Float32Array;
  #answers!: Float32Array;

  /** Errors: `RangeError` for more than 8,192 dimensions. */
  constructor(dimensions: number, kernel: Kernel = openKernel()) {
    this.#kernel = kernel;
    if (dimensions > MAX_WIDTH) throw new RangeError(`${dimensions} dimensions are too many: at most ${MAX_WIDTH}.`);
    this.width = Math.ceil(dimensions / STEP) * STEP;
    this.#view();
  }

  /** All stored components by address. Good until the next `allocate`. */
  get components(): Int8Array {
    return this.#components;
  }

  /** All scales, by address divided by four. Good until the next `allocate`. */
  get scales(): Float32Array {
    return this.#scales;
  }

  /** What the last `dots` found, by row. Good until the next one. */
  get answers(): Float32Array {
    return this.#answers;
  }

  /** Room for the vectors that follow the first `rows` of a user: as many again, within bounds. Errors: `RangeError` at `MAX_POOL_BYTES`. */
  allocate(rows: number): Slab {
    const size = Math.min(MAX_SLAB_ROWS, Math.max(MIN_SLAB_ROWS, rows));
    const freed = this.#free.get(size)?.pop();
    const address = freed ?? this.#end;
    const slab = { address, rows: size, scalesAddress: address + size * this.width };
    if (freed !== undefined) return slab;
    const end = address + size * (this.width + Float32Array.BYTES_PER_ELEMENT);
    const lacking = end - this.#kernel.memory.buffer.byteLength;
    if (lacking > 0) {
      // Fails when there is no more. Nothing has changed by then, so what is given back is given out again.
      this.#kernel.memory.grow(Math.max(LEAST_GROWTH_PAGES, Math.ceil(lacking / PAGE_BYTES)));
      this.#view();
    }
    this.#end = end;
    return slab;
  }

  release({ address, rows }: Slab): void {
    const free = this.#free.get(rows) ?? [];
    free.push(address);
    this.#free.set(rows, free);
  }

  /** Sets the question of the calls of `dots` that follow, or two for vectors of two kinds. */
  ask(components: Int16Array, second?: Int16Array): void {
    this.#question.fill(0);
    this.#question.set(components);
    if (!second) return;
    this.#second.fill(0);
    this.#second.set(second);
  }

  /** Makes the stored vector at an address the question. */
  askStored(address: number): void {
    const components = this.#components;
    const question = this.#question;
    for (let k = 0; k < question.length; k += 1) question[k] = components[address + k] as number;
  }

  /**
   * Multiplies `count` rows from a row of a slab on with the question, each times its scale.
   *
   * @param which of `count` rows, 1 for those that are multiplied with the second question, and 0.
   */
  dots({ address, scalesAddress }: Slab, from: number, count: number, which?: Uint8Array): void {
    const row = address + from * this.width;
    const scale = scalesAddress + from * Float32Array.BYTES_PER_ELEMENT;
    if (which) this.#which.set(which);
    const stride = which ? QUESTION_BYTES : 0;
    this.#kernel.dots(row, count, this.width, QUESTION_AT, stride, WHICH_AT, scale, ANSWERS_AT);
  }

  /** Views are kept, since making one costs as much as ten products. */
  #view(): void {
    const { buffer } = this.#kernel.memory;
    this.#question = new Int16Array(buffer, QUESTION_AT, this.width);
    this.#second = new Int16Array(buffer, QUESTION_AT + QUESTION_BYTES, this.width);
    this.#which = new Uint8Array(buffer, WHICH_AT, MAX_SLAB_ROWS);
    this.#answers = new Float32Array(buffer, ANSWERS_AT, MAX_SLAB_ROWS);
    this.#scales = new Float32Array(buffer);
    this.#components = new Int8Array(buffer);
  }
}
