import type { OutboxTask } from '../../contract/outbox.ts';
import type { OutcomeHeader, RangeVersion, WorkReader } from '../../contract/work.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Meaning } from '../../retrieval/index/meaning.ts';
import type { Tagger } from '../../text/clauses/tagger.ts';
import type { LanguageModel } from '../language-model.ts';

/** A task for a Worker. */
export interface TaskRequest {
  readonly task: OutboxTask;
  /** Largest size of a chunk, in tokens, about. */
  readonly maxTokens: number;
  /** False when the settings turn the kind off: nothing is made, and what waits is only taken off the list. */
  readonly isOn: boolean;
}

/** The result of a Worker, before counts and vectors are added. */
export interface DraftHeader {
  readonly kind: string;
  readonly version: RangeVersion;
  /** Rounds in the range. */
  readonly rounds: number;
}

/** What a Worker gives its handlers. */
export interface MakeContext {
  readonly work: WorkReader;
  /** Null when the request thread embeds. */
  readonly embedder: Embedder | null;
  readonly ids: Pick<Ids, 'uuid'>;
  /** The static models, by which topics are told; null without them. */
  readonly meaning: Pick<Meaning, 'groundOf' | 'read'> | null;
  /** Opens the reader of English sentences, once; null without one. */
  readonly tagger: (() => Promise<Tagger>) | null;
  /** Null or absent without a configured one. */
  readonly llm?: LanguageModel | null;
  /** Called between steps, as a sign of life. */
  readonly beat: () => void;
}

/** What the request thread gives the handlers. */
export interface CompleteContext {
  /** The configured model; null when it is the static one, which the Workers read by themselves. */
  readonly embedder: Pick<Embedder, 'embed' | 'model'> | null;
  readonly counter: { readonly count: (texts: readonly string[]) => Promise<readonly number[]> };
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names this process in leases. */
  readonly owner: string;
  /** Tells what was made of a range by webhooks; absent where none are sent. */
  readonly tell?: (task: OutboxTask) => Promise<void>;
}

/** The code of a kind; its steps are in the folder of the kind. Its handlers get the drafts and outcomes of their own kind only. */
export interface KindHandlers<D extends DraftHeader, O extends OutcomeHeader> {
  /** Runs in a Worker: reads the messages of the task, and does the work that takes long. */
  make(request: TaskRequest, context: MakeContext): Promise<D>;
  /** Runs in the request thread: adds exact counts, and vectors by the configured model. Errors: those of the counter and of the model. */
  complete(task: OutboxTask, draft: D, context: CompleteContext): Promise<O>;
  /** How much memory an outcome takes while it is unfiled, in bytes, about. */
  bytesOf(outcome: O): number;
}
