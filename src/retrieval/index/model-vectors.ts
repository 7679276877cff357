import type { StoredVector } from '../../contract/vectors.ts';
import type { VectorPool } from './vectors/vector-pool.ts';
import { VectorRows } from './vectors/vector-rows.ts';

/** The configured model, as a question that is asked by it names it. */
export interface AskedModel {
  readonly fingerprint: string;
  readonly dimensions: number;
}

const NONE = -1;

/** The same numbers, or a copy of them that reaches as far as `at`. */
const withRoom = (numbers: Int32Array<ArrayBuffer>, at: number): Int32Array<ArrayBuffer> => {
  if (at < numbers.length) return numbers;
  const grown = new Int32Array(Math.max(at + 1, numbers.length * 2)).fill(NONE);
  grown.set(numbers);
  return grown;
};

/**
 * One user's vectors by the configured model, made in the background: some messages have one, others do not yet. A row
 * belongs to a slot of the index, and to another one when that is withdrawn. Close it when the user's index goes.
 */
export class ModelVectors {
  readonly model: AskedModel;
  readonly rows: VectorRows;
  /** The generation of the user that it shows. */
  generation = 0;
  /** Slots that have a vector. */
  size = 0;
  #rowOf = new Int32Array(16).fill(NONE);
  #slotOf = new Int32Array(16).fill(NONE);
  readonly #free: number[] = [];

  constructor(model: AskedModel, pool: VectorPool) {
    this.model = model;
    this.rows = new VectorRows(pool);
  }

  get bytes(): number {
    return this.rows.bytes + this.#rowOf.byteLength + this.#slotOf.byteLength + this.#free.length * 8;
  }

  /** The row of a slot; -1 for none. */
  rowOf(slot: number): number {
    return this.#rowOf[slot] ?? NONE;
  }

  /** The slots of the rows, as many as there are rows; -1 for one that is free. Good until the next change. */
  get slots(): Int32Array {
    return this.#slotOf.subarray(0, this.rows.length);
  }

  /** The rows of slots, perhaps of some that there are none of yet, or of too few; -1 for none. Good until the next change. */
  get places(): Int32Array {
    return this.#rowOf;
  }

  /** Gives a slot its vector, in place of one that it has. One of another size is passed over. */
  put(slot: number, vector: StoredVector): void {
    if (vector.components.length !== this.model.dimensions) return;
    let row = this.rowOf(slot);
    if (row === NONE) {
      row = this.#free.pop() ?? this.rows.length;
      this.#rowOf = withRoom(this.#rowOf, slot);
      this.#slotOf = withRoom(this.#slotOf, row);
      this.#rowOf[slot] = row;
      this.#slotOf[row] = slot;
      this.size += 1;
    }
    this.rows.put(row, vector);
  }

  /** Takes a slot's vector away, if it has one. */
  drop(slot: number): void {
    const row = this.rowOf(slot);
    if (row === NONE) return;
    this.rows.clear(row);
    this.#free.push(row);
    this.#rowOf[slot] = NONE;
    this.#slotOf[row] = NONE;
    this.size -= 1;
  }

  /** Gives the memory of the vectors back. */
  close(): void {
    this.rows.close();
  }
}
