import type { ApiKeyFacet } from './api-keys.ts';
import type { ChunkFacet } from './chunks.ts';
import type { CorpusFacet } from './corpus.ts';
import type { IdentityFacet, SessionFacet, TenantFacet } from './identities.ts';
import type { KnowledgeFacet } from './knowledge.ts';
import type { MessageFacet } from './messages.ts';
import type { OutboxFacet } from './outbox.ts';
import type { VectorFacet } from './vectors.ts';
import type { WorkFacet } from './work.ts';

/**
 * What a storage engine must do. A write that resolves is durable and visible to every read of the store
 * that starts after it.
 * Errors are `MemfuseError`s; a store that cannot be reached or written answers `storage_unavailable`.
 */
export interface Store {
  /** What stores: the name that its URLs begin with. */
  readonly engine: string;
  readonly tenants: TenantFacet;
  readonly users: IdentityFacet;
  readonly agents: IdentityFacet;
  readonly sessions: SessionFacet;
  readonly messages: MessageFacet;
  readonly knowledge: KnowledgeFacet;
  readonly apiKeys: ApiKeyFacet;
  readonly corpus: CorpusFacet;
  readonly outbox: OutboxFacet;
  readonly work: WorkFacet;
  readonly chunks: ChunkFacet;
  readonly vectors: VectorFacet;
  /**
   * The verbs of a processor for a request that does the work of the background itself, and waits: what they write goes ahead of
   * what nobody waits for.
   */
  awaited(): Pick<Store, 'work'>;
  /** Deletions that were answered and whose rows are still being removed, of all tenants. */
  pendingDeletions(): Promise<number>;
  /** What it takes of its disk, in bytes. */
  sizeBytes(): Promise<number>;
  /**
   * Resolves when the store can serve; fails with `storage_unavailable` otherwise. After a write that failed because of
   * the engine or its disk, it fails until one succeeds.
   */
  ping(): Promise<void>;
  /** Finishes what was accepted, then releases everything. */
  close(): Promise<void>;
}
