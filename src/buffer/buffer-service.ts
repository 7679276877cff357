import { LRUCache } from 'lru-cache';
import { GATHERED } from '../contract/kinds.ts';
import type { Appended, Round } from '../contract/messages.ts';
import type { Once } from '../contract/once.ts';
import { type OutboxTask, PRIORITY } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import { estimateTokens } from '../memory/kinds/index/chunker.ts';
import type { IncomingMessage } from '../memory/memory-layer.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { Pipeline } from './pipeline.ts';
import { QueryBuffer } from './query-buffer.ts';
import { RoundBuffer } from './round-buffer.ts';
import { findStoredRound } from './stored-round.ts';
import { CountingEndedError } from './token-counter.ts';
import type { AddResult, UserService, WaitFor } from './user-service.ts';

/** Adds with an Idempotency-Key whose answers are remembered for a user. */
const MAX_ANSWERED = 100;

/**
 * One user's buffers over the shared pipeline. It holds nothing that the store does not have: when it goes, its rounds
 * are found in the outbox, and its answers are found again.
 */
export class BufferService implements UserService {
  readonly #owner: Owner;
  readonly #pipeline: Pipeline;
  readonly #rounds = new Map<number, RoundBuffer>();
  // Made at their first use: until then a hot user takes 0.2 KB, with them 0.9 KB.
  #queries: QueryBuffer | null = null;
  /** What adds with an Idempotency-Key were answered, by the first of their messages, for when they are sent again. */
  #answered: LRUCache<string, Pick<AddResult, 'transferTriggered' | 'backgroundQueued'>> | null = null;

  constructor(owner: Owner, pipeline: Pipeline) {
    this.#owner = owner;
    this.#pipeline = pipeline;
  }

  async follow(
    scope: Scope,
    sessionId: string,
    { ids, replayed, round, tasks }: Appended,
    messages: readonly IncomingMessage[],
    once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult> {
    const { processor, onAdded, clock } = this.#pipeline;
    if (!round) {
      const reached = waitFor ? await this.#waitAgain(scope, sessionId, ids, waitFor) : null;
      const answered = this.#answered?.get(ids[0] ?? '') ?? { transferTriggered: false, backgroundQueued: true };
      return { ids, replayed, ...answered, reached };
    }
    onAdded(this.#owner, messages.length);
    const isTransferred = this.#buffer(round, messages);
    const now = clock.now();
    const offered = tasks.map((task) =>
      processor.offer(isTransferred ? { ...task, dueAt: Math.min(task.dueAt, now) } : task),
    );
    const backgroundQueued = offered.every(Boolean);
    if (once) {
      this.#answered ??= new LRUCache({ max: MAX_ANSWERED });
      this.#answered.set(ids[0] ?? '', { transferTriggered: isTransferred, backgroundQueued });
    }
    const reached = waitFor ? await this.#wait(scope, sessionId, round, waitFor) : null;
    return { ids, replayed, transferTriggered: isTransferred, backgroundQueued, reached };
  }

  query(request: SearchRequest, generation?: number): Promise<SearchAnswer> {
    this.#queries ??= this.#createQueries();
    return this.#queries.query(request, generation);
  }

  /** Lets go of what is kept of a user who is gone. */
  forget(): void {
    this.#queries?.clear();
  }

  /** The background has taken what is gathered of a session. */
  taken({ kind, sessionKey }: OutboxTask): void {
    if (kind === GATHERED) this.#rounds.delete(sessionKey);
  }

  /** Rounds that are gathered. */
  get rounds(): number {
    return this.#rounds.values().reduce((sum, buffer) => sum + buffer.rounds.length, 0);
  }

  #createQueries(): QueryBuffer {
    const { settings, nowMs, store, search, answers, counts } = this.#pipeline;
    const { tenantKey, userKey } = this.#owner;
    return new QueryBuffer({
      settings: () => settings().query,
      nowMs,
      generation: () => store.corpus.generation(tenantKey, userKey),
      accountNames: () => store.corpus.accountNames(tenantKey, userKey),
      search,
      room: answers,
      counts,
    });
  }

  /** Adds a round to the buffer of its session; true when the buffer is full, so that the session's task becomes due. */
  #buffer(round: Round, messages: readonly IncomingMessage[]): boolean {
    const { settings, counter, counts, log } = this.#pipeline;
    counts.rounds += 1;
    const { sessionKey, firstSequence, lastSequence } = round;
    let buffer = this.#rounds.get(sessionKey);
    if (!buffer) {
      buffer = new RoundBuffer(() => settings().round_buffer);
      this.#rounds.set(sessionKey, buffer);
    }
    const contents = messages.map(({ content }) => content);
    const known = contents.map((content) => counter.known(content));
    const tokens = contents.reduce((sum, content, i) => sum + (known[i] ?? estimateTokens(content)), 0);
    const moved = buffer.add({ sessionKey, firstSequence, lastSequence, tokens });
    if (moved.length > 0) {
      this.#rounds.delete(sessionKey);
      return true;
    }
    if (!known.includes(undefined) || counter.isBehind) return false;
    counter.count(contents).then(
      (counts) => this.#correct(sessionKey, firstSequence, counts),
      (error) => {
        if (!(error instanceof CountingEndedError)) log.warn({ err: error }, 'tokens cannot be counted');
      },
    );
    return false;
  }

  #correct(sessionKey: number, firstSequence: number, counts: readonly number[]): void {
    const tokens = counts.reduce((sum, count) => sum + count, 0);
    const moved = this.#rounds.get(sessionKey)?.correct(firstSequence, tokens) ?? [];
    if (moved.length === 0) return;
    this.#rounds.delete(sessionKey);
    this.#pipeline.processor.expedite(sessionKey, PRIORITY.normal);
  }

  /** Waits for messages that an earlier request had stored. */
  async #waitAgain(scope: Scope, sessionId: string, ids: readonly string[], waitFor: WaitFor): Promise<boolean> {
    const { store, processor, filing } = this.#pipeline;
    if (waitFor.stage === 'stored') return true;
    const round = await findStoredRound(store, scope, sessionId, ids);
    if (!round) return true;
    processor.expedite(round.sessionKey, PRIORITY.high);
    void filing.flush(this.#owner.userKey, PRIORITY.high);
    return this.#wait(scope, sessionId, round, waitFor);
  }

  async #wait(scope: Scope, sessionId: string, round: Round, { stage, timeoutMs }: WaitFor): Promise<boolean> {
    if (stage === 'stored') return true;
    const { waiters, isAtStage } = this.#pipeline;
    return waiters.wait(round.sessionKey, timeoutMs, () => isAtStage(scope, sessionId, round, stage));
  }
}
