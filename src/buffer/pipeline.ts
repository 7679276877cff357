import type { Round } from '../contract/messages.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { BackgroundProcessor } from '../memory/background-processor.ts';
import { type Stage, type StageWaiters, stageOf } from '../memory/stages.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { BufferCounts } from './buffer-counts.ts';
import type { Filing, FilingSettings } from './filing.ts';
import type { AnswerRoom } from './kept-answers.ts';
import type { QueryBufferSettings } from './query-buffer.ts';
import type { RoundBufferLimits } from './round-buffer.ts';
import type { TokenCounter } from './token-counter.ts';

export interface PipelineSettings extends FilingSettings {
  readonly round_buffer: RoundBufferLimits & { readonly idle: number };
  readonly query: QueryBufferSettings & { readonly cache_max_bytes: number };
}

/** What the buffers of all users share. */
export interface Pipeline {
  readonly settings: () => PipelineSettings;
  readonly store: Store;
  readonly processor: Pick<BackgroundProcessor, 'offer' | 'expedite' | 'leave'>;
  readonly filing: Pick<Filing, 'flush'>;
  readonly counter: TokenCounter;
  readonly waiters: StageWaiters;
  /** Whether all messages of a round that still exist are at a stage. */
  readonly isAtStage: (scope: Scope, sessionId: string, round: Round, stage: Stage) => Promise<boolean>;
  /** Called with the number of messages that were added. */
  readonly onAdded: (owner: Owner, messages: number) => void;
  readonly answers: AnswerRoom;
  readonly counts: BufferCounts;
  readonly search: (request: SearchRequest) => Promise<SearchAnswer>;
  readonly clock: Clock;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
  readonly log: Log;
}

/** Looks into the outbox: a round has reached a stage when no task of the stage's kind covers one of its messages. */
export const stageLookup =
  (store: Store): Pipeline['isAtStage'] =>
  async (scope, sessionId, { firstSequence, lastSequence }, stage) => {
    const outstanding = await store.outbox.outstanding(scope, sessionId, { firstSequence, lastSequence });
    for (let sequence = firstSequence; sequence <= lastSequence; sequence += 1) {
      if (stage !== 'stored' && !stageOf(sequence, outstanding)[stage]) return false;
    }
    return true;
  };
