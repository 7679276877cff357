import { LRUCache } from 'lru-cache';
import type { Found, SearchRequest } from '../retrieval/search.ts';

export interface QueryBufferSettings {
  readonly cache_size: number;
  readonly cache_ttl: number;
}

export interface QueryBufferContext {
  readonly settings: () => QueryBufferSettings;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** The present generation of the user, null when there is no such user. */
  readonly generation: () => Promise<number | null>;
  readonly search: (request: SearchRequest) => Promise<readonly Found[]>;
}

interface Kept {
  readonly found: readonly Found[];
  readonly untilMs: number;
}

/** Questions that differ in blanks and capitals only are the same question. */
const keyOf = ({ question, topK, agentKey, kinds }: SearchRequest): string =>
  JSON.stringify([question.trim().replaceAll(/\s+/g, ' ').toLowerCase(), topK, agentKey, kinds]);

/**
 * One user's answers, the first of the three levels: a question asked again in the same words is answered from here.
 * Answers are kept under the generation that was read before their search started, so an answer can never show what was
 * deleted since, or miss what was added.
 */
export class QueryBuffer {
  readonly #context: QueryBufferContext;
  #answers: LRUCache<string, Kept> | null = null;
  #generation = -1;
  hits = 0;
  misses = 0;

  constructor(context: QueryBufferContext) {
    this.#context = context;
  }

  /** Errors: those of the search. */
  async query(request: SearchRequest): Promise<readonly Found[]> {
    const { settings, nowMs, generation, search } = this.#context;
    const present = await generation();
    if (present === null) return [];
    const answers = this.#answersOf(present);
    const key = keyOf(request);
    const kept = answers.get(key);
    if (kept && kept.untilMs > nowMs()) {
      this.hits += 1;
      return kept.found;
    }
    this.misses += 1;
    const found = await search(request);
    if (this.#generation === present) answers.set(key, { found, untilMs: nowMs() + settings().cache_ttl * 1_000 });
    return found;
  }

  #answersOf(generation: number): LRUCache<string, Kept> {
    this.#answers ??= new LRUCache({ max: this.#context.settings().cache_size });
    if (this.#generation !== generation) {
      this.#answers.clear();
      this.#generation = generation;
    }
    return this.#answers;
  }
}
