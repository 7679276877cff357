import { KINDS } from '../contract/kinds.ts';
import type { Appended, Round } from '../contract/messages.ts';
import type { Once } from '../contract/once.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { BackgroundProcessor } from '../memory/background-processor.ts';
import { doTask } from '../memory/kinds/handlers.ts';
import type { CompleteContext, TaskRequest } from '../memory/kinds/kind.ts';
import type { IncomingMessage } from '../memory/memory-layer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Meaning } from '../retrieval/index/meaning.ts';
import { openLayers } from '../retrieval/layers.ts';
import type { Weights } from '../retrieval/ranking/ranking.ts';
import type { ByModel, SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { Tagger } from '../text/clauses/tagger.ts';
import { findStoredRound } from './stored-round.ts';
import type { AddResult, UserService, WaitFor } from './user-service.ts';

export interface BypassContext {
  readonly store: Store;
  /** The model, loaded when it is first asked for, and whether messages get vectors of it. */
  readonly embedder: () => Promise<Embedder>;
  readonly embedsMessages: boolean;
  readonly delivery: Omit<CompleteContext, 'embedder'>;
  /** What the settings say of a task. */
  readonly requestOf: (task: OutboxTask) => TaskRequest;
  readonly clock: Clock;
  readonly owner: string;
  readonly leaseMs: number;
  readonly indexMaxBytes: number;
  /** The static model of search, loaded when it is first asked for; null without a model. */
  readonly meaning: () => Promise<Meaning | null>;
  /** Opens the reader of English sentences, once; null without one. */
  readonly tagger: (() => Promise<Tagger>) | null;
  readonly weights: Weights;
  readonly modelWeights: Weights;
  /** Embeds a question by the configured model. Answers in words what it could not do. */
  readonly askModel: (
    request: SearchRequest,
  ) => Promise<{ readonly byModel: ByModel | null; readonly degraded: readonly string[] }>;
  /** The background, which does the tasks that could not be done inline. */
  readonly processor: Pick<BackgroundProcessor, 'offer' | 'leave'>;
  /** Called with errors of work on stored messages, which do not fail the request. */
  readonly onFailure: (error: unknown) => void;
  /** Files the outcomes of the round's user, and waits for a stage. Errors: `not_found` of the session. */
  readonly waitForStage: (scope: Scope, sessionId: string, round: Round, waitFor: WaitFor) => Promise<boolean>;
}

/** Pause between two tries to take a task that another process holds, or that another task must precede. */
const PAUSE_MS = 100;
const MAX_TRIES = 100;

/**
 * The API for one user without buffers: `buffer.enabled = false`. Built for a request and thrown away after it, it checks
 * the connection, does all of the work while the client waits, and keeps nothing. For those who want an answer to mean
 * that every layer is done; and the baseline that the buffers are measured against. Work that fails behind messages that
 * are stored does not fail the request, which would be sent again and store them twice: it is left to the background, and
 * the answer says so.
 */
export class BypassService implements UserService {
  readonly #context: BypassContext;

  constructor(context: BypassContext) {
    this.#context = context;
  }

  async follow(
    scope: Scope,
    sessionId: string,
    { ids, replayed, round, tasks }: Appended,
    _messages: readonly IncomingMessage[],
    _once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult> {
    const { store, waitForStage, processor, clock } = this.#context;
    await store.ping();
    const left: OutboxTask[] = [];
    if (round) {
      for (const task of tasks) {
        const { stage } = KINDS[task.kind];
        // No answer waits for somebody outside.
        if (stage === null) {
          left.push(task);
          continue;
        }
        const isDone = () => waitForStage(scope, sessionId, round, { stage, timeoutMs: PAUSE_MS });
        if (!(await this.#finish(task, isDone))) left.push(task);
      }
    }
    const offered = left.map((task) => processor.offer({ ...task, dueAt: clock.now() }));
    const backgroundQueued = left.length > 0 && offered.every(Boolean);
    let reached: boolean | null = null;
    if (waitFor) {
      const stored = round ?? (await findStoredRound(store, scope, sessionId, ids));
      reached = !stored || (await waitForStage(scope, sessionId, stored, waitFor));
    }
    return { ids, replayed, transferTriggered: tasks.length > 0, backgroundQueued, reached };
  }

  async query(request: SearchRequest): Promise<SearchAnswer> {
    const { store, indexMaxBytes, meaning, weights, modelWeights, askModel } = this.#context;
    await store.ping();
    const layers = openLayers(store.corpus, {
      ...{ meaning: await meaning(), maxBytes: indexMaxBytes, weights, modelWeights },
    });
    try {
      const { byModel, degraded } = await askModel(request);
      const answer = await layers.search({ ...request, byModel });
      return { ...answer, degraded: [...answer.degraded, ...degraded] };
    } finally {
      layers.forget(request.userKey);
    }
  }

  /** Does a task, or waits until another process has done it. False when it fails, or when that takes too long. */
  async #finish(task: OutboxTask, isDone: () => Promise<boolean>): Promise<boolean> {
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        if ((await this.#do(task)) || (await isDone())) return true;
      }
    } catch (error) {
      this.#context.onFailure(error);
    }
    return false;
  }

  /**
   * Runs a task to its end. False when it is not this request's: another has taken it, or it comes after one that waits,
   * such as that of an edit.
   */
  async #do(task: OutboxTask): Promise<boolean> {
    const {
      store,
      embedder,
      embedsMessages,
      delivery,
      requestOf,
      meaning,
      tagger,
      processor,
      clock,
      owner,
      leaseMs,
      onFailure,
    } = this.#context;
    const { work } = store.awaited();
    const orLeave = (error: unknown): never => {
      processor.leave(task.key);
      throw error;
    };
    const putBack = (): Promise<void> => work.release([task.key], owner, clock.now()).catch(orLeave);
    for (;;) {
      const now = clock.now();
      const [mine] = await work.take([task.key], owner, now, now + leaseMs).catch(orLeave);
      if (!mine) return false;
      try {
        const model = await embedder();
        const make = {
          work,
          embedder: embedsMessages ? null : model,
          meaning: await meaning(),
          tagger,
          ids: delivery.ids,
          beat: () => {},
        };
        const complete = { ...delivery, embedder: embedsMessages ? model : null };
        const [filed] = await work.file([await doTask(requestOf(mine), { make, complete })]);
        if (filed !== 'stale') return filed === 'done';
      } catch (error) {
        await putBack().catch(onFailure);
        throw error;
      }
      await putBack();
    }
  }
}
