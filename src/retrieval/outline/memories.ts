import type { AskedModel } from '../index/model-vectors.ts';
import type { Owner } from '../index/segment-maker.ts';
import type { UserIndex } from '../index/user-index.ts';
import type { UserIndexes } from '../index/user-indexes.ts';
import type { Outline } from './outline.ts';
import type { MadeOutline, Outlines } from './outlines.ts';

/** What a whole index takes of each document: 464 bytes with ten terms, 555 with fourteen. */
const BYTES_PER_DOCUMENT = 520;
/** Messages from which the first answer by an outline comes earlier than by a whole index that is loaded for it. */
const WORTH_FROM = 200_000;

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
  /** Messages from which a memory that is not in memory is answered for by its outline; 200,000 when it is not given. */
  readonly worthFrom?: number;
}

/**
 * The memories of users. One that is at hand is searched whole; a very large one that is not, by its outline, and loaded
 * behind; one that is too large to be loaded, always by its outline.
 */
export class Memories {
  readonly indexes: UserIndexes;
  readonly outlines: Outlines | null;
  readonly #maxBytes: number;
  readonly #worthFrom: number;

  constructor(
    indexes: UserIndexes,
    { outlines, maxBytes, worthFrom = WORTH_FROM }: OutlineUse = { outlines: null, maxBytes: 0 },
  ) {
    this.indexes = indexes;
    this.outlines = outlines;
    this.#maxBytes = maxBytes;
    this.#worthFrom = worthFrom;
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
      const { outlined } = await this.outlines.messagesOf(owner);
      const isTooLarge = this.#isTooLarge(outlined);
      const isWorthIt = isTooLarge || (!isWaiting && outlined >= this.#worthFrom);
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
  async nextOutline(owner: Owner): Promise<MadeOutline | null> {
    if (!this.outlines) return null;
    const { kept } = await this.outlines.messagesOf(owner);
    // Made while a memory grows, so that all is there when it is needed.
    const isUseful = this.#isTooLarge(kept * 2) || kept * 2 >= this.#worthFrom;
    return isUseful ? this.outlines.nextOutline(owner) : null;
  }

  /** Lets go of a whole index that is too large, once an outline can take its place. Errors: those of the store. */
  async settle(owner: Owner): Promise<void> {
    if (!this.outlines || this.indexes.bytesOf(owner) <= this.#maxBytes) return;
    const { outlined } = await this.outlines.messagesOf(owner);
    if (this.#isTooLarge(outlined) && (await this.outlines.open(owner, []))) this.indexes.forget(owner.userKey);
  }

  forget(userKey: number): void {
    this.indexes.forget(userKey);
    this.outlines?.forget(userKey);
  }

  /** What fails here fails again for the next question, which waits for it. */
  #loadBehind(owner: Owner): void {
    this.indexes.open(owner).then(
      () => this.outlines?.forget(owner.userKey),
      () => {},
    );
  }

  #isTooLarge(messages: number): boolean {
    return messages * BYTES_PER_DOCUMENT > this.#maxBytes;
  }
}
