import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { AccountNames } from '../contract/corpus.ts';
import { sha256Hex } from '../platform/digest.ts';
import { candidatesFor, type SearchAnswer, type SearchRequest } from '../retrieval/search.ts';
import { transcriptTurns } from '../text/transcript.ts';
import type { BufferCounts } from './buffer-counts.ts';
import { type AnswerRoom, bytesOfAnswer, type Keeping } from './kept-answers.ts';

export interface QueryBufferSettings {
  readonly max_size: number;
  readonly cache_size: number;
  readonly cache_ttl: number;
}

export interface QueryBufferContext {
  readonly settings: () => QueryBufferSettings;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  /** The present generation of the user, null when there is no such user. */
  readonly generation: () => Promise<number | null>;
  /** The names of accounts that the user's questions may name. */
  readonly accountNames: () => Promise<AccountNames | null>;
  readonly search: (request: SearchRequest) => Promise<SearchAnswer>;
  /** The room for the answers of all users. */
  readonly room: AnswerRoom;
  readonly counts: Pick<BufferCounts, 'hits' | 'misses' | 'similar'>;
}

interface Kept extends Keeping {
  readonly answer: SearchAnswer;
  readonly untilMs: number;
}

const DAY_MS = 86_400_000;
/** Characters of a longer question are not kept, but a digest of it. */
const LONGEST_KEY = 500;

/**
 * Questions that differ in blanks and capitals only are the same question, but for line ends that part the turns of a
 * transcript; "yesterday" is another day each day, and as of each moment and by each offset another.
 */
const keyOf = ({
  question,
  nowMs,
  offsetMs = 0,
  isAsOf,
  topK,
  mode,
  filters,
  sessionKey,
  explain,
  excerpts,
  withMade,
  withPreferences,
}: SearchRequest): string => {
  const parts = transcriptTurns(question) ?? [question];
  const words = parts.map((part) => part.trim().replaceAll(/\s+/g, ' ').toLowerCase());
  const moment = isAsOf ? ['as of', nowMs, offsetMs] : Math.floor(nowMs / DAY_MS);
  const key = JSON.stringify([
    words,
    moment,
    topK,
    mode,
    filters,
    sessionKey,
    explain,
    excerpts,
    withMade,
    withPreferences,
  ]);
  return key.length <= LONGEST_KEY ? key : sha256Hex(key);
};

/**
 * One user's answers, the first of the three levels: a question asked again in the same words is answered from here.
 * Answers are kept under the generation that was read before their search started, so an answer can never show what was
 * deleted since, or miss what was added. A new name of an account moves no generation: an answer for which names were read
 * is good for as long as they are the same.
 */
export class QueryBuffer {
  readonly #context: QueryBufferContext;
  #answers: LRUCache<string, Kept> | null = null;
  #generation = -1;

  constructor(context: QueryBufferContext) {
    this.#context = context;
  }

  /** Errors: those of the search. */
  async query(request: SearchRequest, known?: number): Promise<SearchAnswer> {
    const { settings, nowMs, generation, search, room, counts } = this.#context;
    const present = known ?? (await generation());
    if (present === null) {
      this.clear();
      return { found: [], degraded: [], level: 'full' };
    }
    const answers = this.#answersOf(present);
    const key = keyOf(request);
    const kept = answers.get(key);
    if (kept && kept.untilMs > nowMs() && (await this.#isNamedSo(kept.answer))) {
      room.touch(kept);
      counts.hits += 1;
      return kept.answer;
    }
    counts.misses += 1;
    const { max_size, cache_ttl } = settings();
    const answer = await search({
      ...request,
      generation: present,
      candidates: candidatesFor(request.topK, max_size),
    });
    if (answer.level === 'similar') counts.similar += 1;
    if (this.#generation === present && !answer.isPassing) this.#keep(key, answer, cache_ttl * 1_000);
    return answer;
  }

  /** Lets go of all answers. */
  clear(): void {
    this.#answers?.clear();
  }

  async #isNamedSo({ accounts }: SearchAnswer): Promise<boolean> {
    return accounts === undefined || isDeepStrictEqual(accounts, await this.#context.accountNames());
  }

  #keep(key: string, answer: SearchAnswer, ttlMs: number): void {
    const { nowMs, room } = this.#context;
    const kept: Kept = {
      answer,
      untilMs: nowMs() + ttlMs,
      bytes: bytesOfAnswer(answer),
      letGo: () => {
        if (this.#answers?.peek(key) === kept) this.#answers.delete(key);
      },
    };
    if (room.take(kept, ttlMs)) this.#answers?.set(key, kept);
  }

  #answersOf(generation: number): LRUCache<string, Kept> {
    this.#answers ??= new LRUCache({
      max: this.#context.settings().cache_size,
      dispose: (kept) => this.#context.room.give(kept),
    });
    if (this.#generation !== generation) {
      this.#answers.clear();
      this.#generation = generation;
    }
    return this.#answers;
  }
}
