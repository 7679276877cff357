import type { AskedModel } from '../index/model-vectors.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { UserIndexes } from '../index/user-indexes.ts';
import type { Owner } from '../owner.ts';
import type { Outline } from './outline.ts';
import type { LATER, MadeOutline, Outlines } from './outlines.ts';

/** Bytes, of 200,000 messages or so, from which an outline answers earlier than a whole index that is loaded for it. */
const WORTH_FROM_BYTES = 100 * 1_048_576;

/** A memory that can be searched. */
export interface Memory {
  readonly index: UserIndex;
  /** Not null when the index is an outline: then documents are looked at closely before they are ranked. */
  readonly outline: Outline | null;
}

export interface OutlineUse {
  /** Null where no memory is large, and without a static model. */
  readonly outlines: Outlines | null;
  /** What a memory may take by itself; a larger one is too large. */
  readonly maxBytes: number;
  /** From which size a memory that is not loaded is answered for by its outline; 100 MiB when it is not given. */
  readonly worthFromBytes?: number;
  /** Told when a memory could not be loaded behind an answer. */
  readonly onFailed?: (error: unknown) => void;
}

/**
 * The memories of users. One that is at hand is searched whole; a very large one that is not, by its outline, and loaded
 * behind; one that is too large to be loaded by its outline always, once nearly all of it has one.
 */
export class Memories {
  readonly indexes: UserIndexes;
  readonly outlines: Outlines | null;
  readonly #maxBytes: number;
  readonly #worthFromBytes: number;
  readonly #onFailed: (error: unknown) => void;

  constructor(
    indexes: UserIndexes,
    { outlines, maxBytes, worthFromBytes = WORTH_FROM_BYTES, onFailed = () => {} }: OutlineUse = {
      outlines: null,
      maxBytes: 0,
    },
  ) {
    this.indexes = indexes;
    this.outlines = outlines;
    this.#maxBytes = maxBytes;
    this.#worthFromBytes = worthFromBytes;
    this.#onFailed = onFailed;
  }

  /**
   * Null when there is no such user. Errors: as `UserIndexes.open`.
   *
   * @param stems what is asked for.
   * @param isWaiting whether the whole index is waited for, unless the memory is too large.
   */
  async open(
    owner: Owner,
    stems: Iterable<string>,
    model: AskedModel | null = null,
    isWaiting = false,
  ): Promise<Memory | null> {
    if (this.outlines && !this.indexes.holds(owner)) {
      const { outlined } = await this.outlines.sizesOf(owner);
      const isTooLarge = outlined > this.#maxBytes;
      const isWorthIt = isTooLarge || (!isWaiting && outlined > 0 && outlined >= this.#worthFromBytes);
      const outline = isWorthIt ? await this.outlines.open(owner, stems) : null;
      if (outline && !isTooLarge) this.#loadBehind(owner);
      if (outline) return { index: outline.whole, outline };
    }
    const index = await this.indexes.open(owner, model);
    return index && { index, outline: null };
  }

  /** Brings a memory in ahead of its questions. Errors: as `UserIndexes.open`. */
  async prepare(owner: Owner, model: AskedModel | null): Promise<void> {
    await this.open(owner, [], model, true);
  }

  /** An outline that is to be kept; null when there is none, or no use for any. Errors: those of the store. */
  async nextOutline(owner: Owner): Promise<MadeOutline | typeof LATER | null> {
    if (!this.outlines) return null;
    const { kept } = await this.outlines.sizesOf(owner);
    // Made while a memory grows, so that all is there when it is needed.
    return 2 * kept > Math.min(this.#maxBytes, this.#worthFromBytes) ? this.outlines.nextOutline(owner) : null;
  }

  /** Lets go of a whole index that is too large, once an outline can take its place. Errors: those of the store. */
  async settle(owner: Owner): Promise<void> {
    if (!this.outlines || this.indexes.bytesOf(owner) <= this.#maxBytes) return;
    const { outlined } = await this.outlines.sizesOf(owner);
    if (outlined > this.#maxBytes && (await this.outlines.open(owner, []))) this.indexes.forget(owner.userKey);
  }

  forget(userKey: number): void {
    this.indexes.forget(userKey);
    this.outlines?.forget(userKey);
  }

  #loadBehind(owner: Owner): void {
    this.indexes.open(owner).then(() => this.outlines?.forget(owner.userKey), this.#onFailed);
  }
}
