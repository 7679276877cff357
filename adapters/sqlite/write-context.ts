import type { OutboxTask, TaskKind } from '../../src/contract/outbox.ts';
import type { Ids } from '../../src/platform/ids.ts';
import type { Claims } from './claims.ts';
import type { Generations } from './generations.ts';
import type { Removals } from './removals.ts';

/** What the writes of several facets share, all within the transaction of the moment. */
export interface WriteContext {
  readonly claims: Claims;
  readonly generations: Generations;
  readonly removals: Removals;
  readonly stretches: Stretches;
  readonly voidedChunks: VoidedChunks;
  readonly ids: Ids;
}

/** A stretch of a session that a stage has to go over. */
interface NewStretch {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly kind: TaskKind;
  readonly id: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly priority: number;
  readonly dueAt: number;
  readonly at: number;
}

type MessagePlace = { readonly tenantKey: number; readonly sessionKey: number; readonly sequence: number };

/** What the writes of messages file in their own transaction. */
export interface Stretches {
  /** Newly added messages: grows the stretch that is open. */
  extend(stretch: NewStretch): OutboxTask;
  /** Messages that are nobody's work: the open stretch may not grow over them. */
  close(session: { readonly sessionKey: number }, tenantKey: number): void;
  /** Messages that changed: a stretch of its own, beside the open one. */
  add(stretch: NewStretch): void;
  /** A message that changed: what was given up of it is tried again, from its first try. */
  revive(place: MessagePlace, at: number): void;
  /** Whether a message is about to be gone over anyway. */
  covers(place: MessagePlace): boolean;
}

/** What chunks a change of messages makes void. */
export interface VoidedChunks {
  /** Deletes the chunks that hold a message and answers the stretches that they covered. */
  remove(place: MessagePlace): {
    firstSequence: number;
    lastSequence: number;
  }[];
}
