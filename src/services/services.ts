import type { UserService } from '../buffer/user-service.ts';
import type { GlobalConfig } from '../config/global-config.ts';
import type { Store } from '../contract/store.ts';
import type { BackgroundProcessor } from '../memory/background-processor.ts';
import type { MemoryLayer } from '../memory/memory-layer.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { AccessControl } from './access.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';

/** What the edge works with; the ServiceFactory is one. */
export interface Services {
  readonly config: GlobalConfig;
  readonly store: Store;
  readonly access: AccessControl;
  readonly metrics: PerformanceMetrics;
  readonly errors: ErrorHandler;
  readonly processor: Pick<BackgroundProcessor, 'queueSize' | 'queueSizeOf' | 'queueCapacity' | 'workers' | 'offer'>;
  /** Where raw messages are stored. */
  readonly memory: MemoryLayer;
  getBufferService(owner: Owner): UserService;
  /** Exact token counts (o200k), a number for each text. */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** Lets go of everything that is held in memory of a user who is gone. */
  forget(userKey: number): void;
}
