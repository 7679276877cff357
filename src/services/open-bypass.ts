import { BypassService } from '../buffer/bypass-service.ts';
import type { Pipeline } from '../buffer/pipeline.ts';
import type { UserService } from '../buffer/user-service.ts';
import type { Settings } from '../config/schema.ts';
import { PRIORITY } from '../contract/outbox.ts';
import type { Ids } from '../platform/ids.ts';
import type { Models } from './models.ts';
import { taskRequests } from './open-filing.ts';

export interface BypassParts {
  readonly settings: Settings;
  readonly models: Models;
  readonly ids: Ids;
  /** Names this process in leases. */
  readonly owner: string;
  readonly onFailure: (error: unknown) => void;
}

/** The service of a user for one request that does all of its work inline: `buffer.enabled = false`. */
export const openBypass = (
  pipeline: Pipeline,
  { settings, models, ids, owner, onFailure }: BypassParts,
): UserService => {
  const { store, counter, clock, processor, filing, waiters, isAtStage } = pipeline;
  return new BypassService({
    store,
    embedder: models.embedder.get,
    embedsMessages: !models.isTable,
    delivery: { counter, clock, ids, owner },
    requestOf: taskRequests(() => settings),
    clock,
    owner,
    leaseMs: settings.memory.background.lease * 1_000,
    indexMaxBytes: settings.retrieval.index_max_bytes,
    meaning: models.meaning.get,
    tagger: models.tagger.get,
    weights: models.weights,
    modelWeights: models.modelWeights,
    askModel: (request) => models.ask(request),
    processor,
    onFailure,
    waitForStage: (scope, sessionId, round, { stage, timeoutMs }) => {
      void filing.flush(round.userKey, PRIORITY.high);
      return waiters.wait(round.sessionKey, timeoutMs, () => isAtStage(scope, sessionId, round, stage));
    },
  });
};
