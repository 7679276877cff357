import type { OutboxTask } from '../../contract/outbox.ts';
import type { OutcomeHeader, RangeVersion, WorkFacet } from '../../contract/work.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';

/** What a Worker is asked. */
export interface TaskRequest {
  readonly task: OutboxTask;
  /** About how many tokens what is made of one range holds at the most. */
  readonly maxTokens: number;
}

/** What a Worker makes of a task, before others have added what they know. */
export interface DraftHeader {
  readonly kind: string;
  readonly version: RangeVersion;
  /** Rounds in the range. */
  readonly rounds: number;
}

/** What there is in a Worker. */
export interface MakeContext {
  readonly work: Pick<WorkFacet, 'read'>;
  /** Null when vectors are made elsewhere. */
  readonly embedder: Embedder | null;
  /** Called between steps, as a sign of life. */
  readonly beat: () => void;
}

/** What there is beside the Workers. */
export interface CompleteContext {
  /** The configured model; null when it is the static one, which the Workers read by themselves. */
  readonly embedder: Pick<Embedder, 'embed' | 'model'> | null;
  readonly counter: { readonly count: (texts: readonly string[]) => Promise<readonly number[]> };
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names this process in leases. */
  readonly owner: string;
}

/** How the tasks of a kind are done: the entry of the kind, whose steps lie in a folder of its own. */
export interface KindHandlers<D extends DraftHeader, O extends OutcomeHeader> {
  /** In a Worker: reads what the task is about, and makes what takes long. */
  readonly make: (request: TaskRequest, context: MakeContext) => Promise<D>;
  /** Adds exact counts, and vectors by the configured model. Errors: those of the counter and of the model. */
  readonly complete: (task: OutboxTask, draft: D, context: CompleteContext) => Promise<O>;
  /** About the memory that an outcome takes while it waits to be filed. */
  readonly bytesOf: (outcome: O) => number;
}
