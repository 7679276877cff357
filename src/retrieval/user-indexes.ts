import { LRUCache } from 'lru-cache';
import type { CorpusFacet } from '../contract/corpus.ts';
import type { Meaning } from './meaning.ts';
import { UserIndex } from './user-index.ts';

/** A user as the store names them. */
export interface Owner {
  readonly tenantKey: number;
  readonly userKey: number;
}

/**
 * The indexes of hot users, bounded in bytes, the least recently used going first. Before an index is searched it is
 * brought to the user's present generation, so it shows every write that was answered and nothing that was deleted.
 */
export class UserIndexes {
  readonly #corpus: CorpusFacet;
  readonly #meaning: Meaning | null;
  readonly #indexes: LRUCache<number, UserIndex>;
  /** One catch-up at a time for each user; a later one starts where it ended. */
  readonly #underWay = new Map<number, Promise<UserIndex | null>>();

  constructor(corpus: CorpusFacet, meaning: Meaning | null, maxBytes: number) {
    this.#corpus = corpus;
    this.#meaning = meaning;
    this.#indexes = new LRUCache({
      maxSize: maxBytes,
      dispose: (index, _, reason) => {
        if (reason === 'evict') index.close();
      },
    });
  }

  /** The index, as of now or later; null when there is no such user. */
  async open(owner: Owner): Promise<UserIndex | null> {
    const before = this.#underWay.get(owner.userKey);
    const next = (before ?? Promise.resolve()).then(
      () => this.#catchUp(owner),
      () => this.#catchUp(owner),
    );
    this.#underWay.set(owner.userKey, next);
    try {
      return await next;
    } finally {
      if (this.#underWay.get(owner.userKey) === next) this.#underWay.delete(owner.userKey);
    }
  }

  /** Lets go of a user's index, because the user is gone, and of one that is on its way. */
  forget(userKey: number): void {
    this.#drop(userKey);
    const drop = (): void => this.#drop(userKey);
    this.#underWay.get(userKey)?.then(drop, drop);
  }

  #drop(userKey: number): void {
    this.#indexes.get(userKey)?.close();
    this.#indexes.delete(userKey);
  }

  async #catchUp(owner: Owner): Promise<UserIndex | null> {
    const { tenantKey, userKey } = owner;
    const generation = await this.#corpus.generation(tenantKey, userKey);
    if (generation === null) {
      this.forget(userKey);
      return null;
    }
    const held = this.#indexes.get(userKey);
    if (held?.generation === generation) return held;
    // While it catches up it is nobody's, so that it can neither be put out of memory nor be found half done.
    this.#indexes.delete(userKey);
    let index = held ?? new UserIndex(this.#meaning);
    try {
      index = await this.#withoutRetracted(index, owner, generation);
      for await (const batch of this.#corpus.documents(tenantKey, userKey, index.generation)) {
        for (const document of batch) index.add(document);
      }
    } catch (error) {
      index.close();
      throw error;
    }
    index.generation = generation;
    this.#indexes.set(userKey, index, { size: Math.max(1, index.bytes) });
    // One that is larger than all of the room is searched once, which goes on without a pause, and given up.
    if (!this.#indexes.has(userKey)) setTimeout(() => index.close());
    return index;
  }

  async #withoutRetracted(index: UserIndex, { tenantKey, userKey }: Owner, upTo: number): Promise<UserIndex> {
    if (index.generation === 0) return index;
    const retractions = await this.#corpus.retractions(tenantKey, userKey, index.generation, upTo);
    for (const retraction of retractions) index.retract(retraction);
    if (!index.worn && retractions.every(({ kind }) => kind !== 'all')) return index;
    index.close();
    return new UserIndex(this.#meaning);
  }
}
