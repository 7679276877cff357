import type { AddResult, UserService, WaitFor } from '../buffer/user-service.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import type { Kinds } from '../contract/kinds.ts';
import type { Link } from '../contract/link.ts';
import type { Once } from '../contract/once.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { BackgroundProcessor } from '../memory/background-processor.ts';
import type { IncomingMessage, MemoryLayer } from '../memory/memory-layer.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { AccessControl } from './access.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';

/** What the HTTP layer works with; `ServiceFactory` implements it. */
export interface Services {
  readonly config: GlobalConfig;
  readonly store: Store;
  /** What connects the servers of one database beside it, when there is such a thing. */
  readonly link: Link | null;
  readonly access: AccessControl;
  readonly metrics: PerformanceMetrics;
  readonly tracing: Tracing;
  readonly errors: ErrorHandler;
  readonly processor: Pick<BackgroundProcessor, 'queueSize' | 'queueSizeOf' | 'queueCapacity' | 'workers' | 'offer'>;
  /** The kinds of background work that are turned on. */
  kinds(): Kinds;
  /** Where raw messages are stored. */
  readonly memory: MemoryLayer;
  /**
   * Stores the messages of one POST, and does what follows by the service of their user. Errors: `not_found` of the
   * session, `idempotency_mismatch`, `overloaded`, `storage_unavailable`.
   */
  addBatch(
    scope: Scope,
    sessionId: string,
    messages: readonly IncomingMessage[],
    once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult>;
  getBufferService(owner: Owner): UserService;
  /** Exact token counts (o200k), a number for each text. */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** Drops everything that is held in memory of a user who was deleted. */
  forget(userKey: number): void;
}
