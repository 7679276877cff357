import type { Changes, CorpusReader } from '../../contract/corpus.ts';
import type { Owner } from '../owner.ts';
import { type AskedModel, ModelVectors } from './model-vectors.ts';
import type { UserIndex } from './user-index.ts';
import { VectorPool } from './vectors/vector-pool.ts';

/** Brings indexes the vectors by the configured model. */
export class ModelCatchUp {
  readonly #corpus: Pick<CorpusReader, 'changes'>;
  /** The memory of the vectors by configured models, by fingerprint: one, unless the model was changed. */
  readonly #pools = new Map<string, VectorPool>();

  constructor(corpus: Pick<CorpusReader, 'changes'>) {
    this.#corpus = corpus;
  }

  /**
   * After the documents: a vector of a message that is not there yet has a generation that comes with the next catch-up.
   * Errors: those of the store.
   *
   * @param changed the vectors that were filed over a generation.
   */
  async addVectors(
    index: UserIndex,
    { tenantKey, userKey }: Owner,
    model: AskedModel,
    changed: Pick<Changes, 'generation' | 'vectors'> & { readonly after: number },
  ): Promise<void> {
    const { fingerprint } = model;
    if (index.model?.model.fingerprint !== fingerprint) {
      index.model?.close();
      const pool = this.#pools.get(fingerprint) ?? new VectorPool(model.dimensions);
      this.#pools.set(fingerprint, pool);
      index.model = new ModelVectors(model, pool);
    }
    const { generation: after } = index.model;
    // An index that starts over has none of the vectors that it had when it asked.
    const anew = after !== changed.after && { vectors: { model: fingerprint, after } };
    const found = anew ? await this.#corpus.changes(tenantKey, userKey, anew) : changed;
    for await (const batch of found?.vectors ?? []) {
      for (const vector of batch) {
        const slot = index.slotOf(vector.key);
        if (slot !== undefined) index.model.put(slot, vector);
      }
    }
    index.model.generation = changed.generation;
  }
}
