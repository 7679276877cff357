import type { VectorFacet } from '../contract/vectors.ts';
import type { EmbeddingModel } from '../embedding/embedder.ts';

export interface StoredModelsContext {
  readonly vectors: Pick<VectorFacet, 'models'>;
  /** The configured model, asked for only when there is something to compare it with. */
  readonly configured: () => Promise<EmbeddingModel>;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/** Pause between two checks while vectors of another model are stored: another process may be replacing them. */
const LOOK_AGAIN_MS = 10_000;

const sentence = (name: string): string =>
  `model: vectors of another model than ${name} are stored, searched without them; run: bun run reindex`;

/**
 * Whether the stored vectors were made by the configured model: by its fingerprint and its dimension. Vectors of another
 * model lie there unused until `bun run reindex` has replaced them, and the answers say so. Once all are of the configured
 * model they stay so, since nothing else is ever filed.
 */
export class StoredModels {
  readonly #context: StoredModelsContext;
  #isFine = false;
  #complaint: string | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #look: Promise<void> | null = null;

  constructor(context: StoredModelsContext) {
    this.#context = context;
  }

  /** What answers say about stored vectors, as of the last check. Starts a check when it is time. */
  get complaint(): string | null {
    if (!this.#isFine && this.#context.nowMs() - this.#lookedMs >= LOOK_AGAIN_MS) void this.look().catch(() => {});
    return this.#complaint;
  }

  /** Checks now. Errors: those of the store, and of a model that cannot be opened. */
  async look(): Promise<string | null> {
    this.#lookedMs = this.#context.nowMs();
    this.#look ??= this.#compare().finally(() => {
      this.#look = null;
    });
    await this.#look;
    return this.#complaint;
  }

  async #compare(): Promise<void> {
    const { vectors, configured } = this.#context;
    const stored = await vectors.models();
    if (stored.length > 0) {
      const { name, fingerprint, dimensions } = await configured();
      const foreign = stored.some((one) => one.model !== fingerprint || one.dimensions !== dimensions);
      this.#complaint = foreign ? sentence(name) : null;
    }
    this.#isFine = this.#complaint === null;
  }
}
