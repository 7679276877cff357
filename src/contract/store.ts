import type { ApiKeyFacet } from './api-keys.ts';
import type { ChunkFacet } from './chunks.ts';
import type { CopyFacet } from './copies.ts';
import type { CorpusFacet } from './corpus.ts';
import type { EpisodeFacet } from './episodes.ts';
import type { FactFacet } from './facts.ts';
import type { IdentityFacet, SessionFacet, TenantFacet } from './identities.ts';
import type { TaskKind } from './kinds.ts';
import type { KnowledgeFacet } from './knowledge.ts';
import type { MessageFacet } from './messages.ts';
import type { OutboxFacet } from './outbox.ts';
import type { RetentionFacet } from './retention.ts';
import type { VectorFacet } from './vectors.ts';
import type { WorkFacet } from './work.ts';

/**
 * The interface of a storage engine. A write that resolves is durable, and every read of the store that starts after it
 * sees it. Every verb fails with a `MemfuseError`; one that cannot reach or write the storage fails with `storage_unavailable`.
 *
 * The examples at the verbs use `scope = { tenantKey: 1, userKey: null }`, short ids such as `u1` in place of UUIDs, and
 * `now = Date.now()`.
 */
export interface Store {
  /** Name of the engine, which its URLs begin with and which its folder under adapters/ has. */
  readonly engine: string;
  /** The kinds of background work whose outcomes it keeps. */
  readonly kinds: readonly TaskKind[];
  readonly tenants: TenantFacet;
  readonly users: IdentityFacet;
  readonly retention: RetentionFacet;
  readonly agents: IdentityFacet;
  readonly sessions: SessionFacet;
  readonly messages: MessageFacet;
  readonly knowledge: KnowledgeFacet;
  readonly facts: FactFacet;
  readonly apiKeys: ApiKeyFacet;
  readonly corpus: CorpusFacet;
  readonly outbox: OutboxFacet;
  readonly work: WorkFacet;
  readonly chunks: ChunkFacet;
  readonly episodes: EpisodeFacet;
  readonly vectors: VectorFacet;
  readonly copies: CopyFacet;
  /**
   * The verbs of a processor for a request that does background work itself and waits for it. Their writes go before those that
   * no request waits for.
   * @example await store.awaited().work.file([outcome]);
   */
  awaited(): Pick<Store, 'work'>;
  /**
   * Counts the deletions of all tenants whose rows are still being removed.
   * @example await store.pendingDeletions(); // 1
   */
  pendingDeletions(): Promise<number>;
  /** How much of its disk the store takes, in bytes. */
  sizeBytes(): Promise<number>;
  /**
   * Resolves when the store can serve, and fails with `storage_unavailable` otherwise. After a write that failed because of
   * the engine or its disk, it fails until a write succeeds.
   */
  ping(): Promise<void>;
  /** Finishes the writes that it has accepted, then releases its files, connections and threads. */
  close(): Promise<void>;
}
