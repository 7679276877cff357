import { Filing } from '../buffer/filing.ts';
import type { TokenCounter } from '../buffer/token-counter.ts';
import { databaseUrl } from '../config/database-url.ts';
import type { Settings } from '../config/schema.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Store } from '../contract/store.ts';
import { HANDLERS, handlersOf } from '../memory/kinds/handlers.ts';
import type { TaskRequest } from '../memory/kinds/kind.ts';
import type { WebhookTarget } from '../memory/kinds/notify/send.ts';
import { openTelling } from '../memory/kinds/notify/tell.ts';
import { isSwitchedOn } from '../memory/kinds/switched-on.ts';
import type { LanguageModelOptions } from '../memory/language-model.ts';
import type { StageWaiters } from '../memory/stages.ts';
import { createTaskWorker } from '../memory/task-worker.ts';
import type { ErrorHandler } from './error-handler.ts';
import type { Models } from './models.ts';
import type { ServicesContext } from './outside.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import { type TaskLinks, tracedTasks } from './task-links.ts';

export interface FilingParts {
  readonly settings: () => Settings;
  readonly store: Store;
  readonly models: Models;
  readonly counter: TokenCounter;
  readonly waiters: StageWaiters;
  readonly metrics: PerformanceMetrics;
  readonly errors: ErrorHandler;
  /** Names this process in leases. */
  readonly owner: string;
  /** What caused each task, for its span. */
  readonly links: TaskLinks;
  readonly onBegun: (task: OutboxTask) => void;
  readonly onFiled: (task: OutboxTask) => void;
  readonly onBacklog: () => void;
}

/** What a Worker is told of a task by the settings of that moment. */
export const taskRequests =
  (settings: () => Settings) =>
  (task: OutboxTask): TaskRequest => {
    const now = settings();
    return { task, maxTokens: now.buffer.round_buffer.max_tokens, isOn: isSwitchedOn(task.kind, now) };
  };

/** The language model of the settings, with the share of one Worker in what may be spent on it; null without one. */
const languageModelOf = ({ llm, memory }: Settings): LanguageModelOptions | null => {
  if (llm.base_url === undefined || llm.model === undefined) return null;
  const { workers } = memory.background;
  return {
    baseUrl: llm.base_url,
    model: llm.model,
    apiKey: llm.api_key,
    timeoutMs: llm.timeout_ms,
    maxRequestsPerMinute: Math.max(1, Math.floor(llm.max_requests_per_minute / workers)),
    maxTokensPerHour: Math.floor(llm.max_tokens_per_hour / workers),
  };
};

/** Whom the settings have told what is made; null when nobody is. */
const webhookTarget = ({ webhooks: { url, secret, timeout_ms: timeoutMs } }: Settings): WebhookTarget | null =>
  url === undefined || secret === undefined ? null : { url, secret, timeoutMs };

/** Opens the background of the server. Its Workers read the database of the settings, unless a test gives others. */
export const openFiling = (
  { clock, ids, log, scheduler, random, outside, tracing }: Required<ServicesContext>,
  { settings, store, models, counter, waiters, metrics, errors, owner, links, ...told }: FilingParts,
): Filing => {
  const data = {
    databaseUrl: databaseUrl(settings()),
    embedsByTable: models.isTable,
    llm: languageModelOf(settings()),
    logLevel: settings().server.log_level,
  };
  const requestOf = taskRequests(settings);
  const tell = openTelling({ work: store.work, target: () => webhookTarget(settings()), clock });
  return new Filing({
    settings: () => settings().buffer,
    background: () => settings().memory.background,
    noticeRetries: () => (webhookTarget(settings()) ? settings().webhooks : null),
    work: {
      ...store.work,
      file: (outcomes) =>
        tracing.span('flush', { isApart: true, facts: { outcomes: outcomes.length } }, () =>
          metrics.measure('flush', () => store.work.file(outcomes)),
        ),
    },
    clock,
    scheduler,
    random,
    log,
    owner,
    waiters,
    openWorker: outside.openWorker ?? ((id, onBeat) => createTaskWorker(id, data, { requestOf, onBeat, log })),
    complete: (task, draft) =>
      tracing.span('deliver', {}, () =>
        metrics.measure('deliver', async () => {
          const embedder = (await models.batch?.get()) ?? null;
          return handlersOf(HANDLERS, task).complete(task, draft, { counter, clock, ids, owner, embedder, tell });
        }),
      ),
    ...(tracing.isOn && { around: tracedTasks(tracing, links) }),
    bytesOf: (outcome) => handlersOf(HANDLERS, outcome).bytesOf(outcome),
    ...told,
    onError: (operation, error) => errors.handle(operation, error),
  });
};
