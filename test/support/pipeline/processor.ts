import type { OutboxTask } from '../../../src/contract/outbox.ts';
import type { Store } from '../../../src/contract/store.ts';
import type { BackgroundSettings } from '../../../src/memory/background-context.ts';
import { BackgroundProcessor } from '../../../src/memory/background-processor.ts';
import { type Draft, HANDLERS, handlersOf } from '../../../src/memory/kinds/handlers.ts';
import type { TaskLife } from '../../../src/memory/task-lives.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { type Background, createBackground } from '../../contract/background.ts';
import { createWorld, present } from '../../contract/world.ts';
import { hookStore, openRestingStore, type StoreHook } from '../hooked-store.ts';
import { type ManualTime, manualTime } from '../manual-time.ts';
import { recordedLog } from '../recorded-log.ts';
import { fakeCounter } from './fake-counter.ts';
import { FakeWorker, type FakeWorkersOptions } from './fake-workers.ts';

export const USUAL: BackgroundSettings = {
  workers: 3,
  queue_size: 1_000,
  max_retries: 3,
  retry_delay: 1,
  max_retry_delay: 30,
  lease: 30,
};

export interface ProcessorOptions {
  readonly settings?: Partial<BackgroundSettings>;
  readonly owner?: string;
  readonly random?: () => number;
  /** Stands between the processor and the store. */
  readonly hook?: StoreHook;
  readonly beforeStart?: FakeWorkersOptions['beforeStart'];
  readonly beforeTask?: FakeWorkersOptions['beforeTask'];
  /** In place of filing at once what a Worker made. */
  readonly deliver?: (task: OutboxTask, draft: Draft) => Promise<void>;
}

/** A processor with Workers that can be made to fail, which files at once what they make. */
export const createProcessor = (store: Store, time: ManualTime, options: ProcessorOptions = {}) => {
  const { owner = 'this process', random = () => 1, hook, beforeStart, beforeTask } = options;
  const settings = { ...USUAL, ...options.settings };
  const workers: FakeWorker[] = [];
  const log = recordedLog();
  /** Tasks as they were taken from the outbox, and those that were filed, in order. */
  const started: OutboxTask[] = [];
  const filed: OutboxTask[] = [];
  const seen = hook ? hookStore(store, hook) : store;
  const lives = new Map<number, TaskLife>();
  const file = async (task: OutboxTask, draft: Draft): Promise<void> => {
    const commit = await handlersOf(HANDLERS, task).complete(task, draft, {
      embedder: null,
      counter: fakeCounter(),
      clock: time,
      ids: systemIds,
      owner,
    });
    const [outcome = 'lost'] = await seen.work.file([commit]);
    if (outcome === 'done') filed.push(task);
    const life = present(lives.get(task.key));
    if (!life.move('made')) return;
    life.move('filing');
    if (outcome === 'stale') await processor.again(life);
    else life.move('ended');
  };
  const processor = new BackgroundProcessor({
    work: seen.work,
    settings: () => settings,
    clock: time,
    scheduler: time,
    random,
    log,
    owner,
    openWorker: (id, onBeat) => {
      const worker = new FakeWorker(id, onBeat, {
        work: seen.work,
        ...(beforeStart && { beforeStart }),
        ...(beforeTask && { beforeTask }),
      });
      workers.push(worker);
      return worker;
    },
    filer: {
      begun: (task) => started.push(task),
      deliver: (life, draft) => {
        lives.set(life.task.key, life);
        return (options.deliver ?? file)(life.task, draft);
      },
    },
  });
  return { processor, settings, workers, log, started, filed, file };
};

/** A store of its own, time that passes when told, and somebody who talks. */
export const openProcessorWorld = async () => {
  const { store, rest, close } = await openRestingStore();
  const time = manualTime({ rest });
  const background = await createBackground(await createWorld(store));
  const { append, outstanding, chunks, world, owner, partner } = background;
  /** Adds a message for each text as one round, and answers the task that covers it, due in `dueInMs`. */
  const say = async (
    session: Background['talk'],
    texts: readonly string[],
    { dueInMs = 0, ...more }: Partial<Pick<OutboxTask, 'priority'>> & { dueInMs?: number } = {},
  ): Promise<OutboxTask> => {
    const at = time.now();
    const { tasks } = await append(session, texts, { at, dueAt: at + dueInMs, ...more });
    const [task] = tasks;
    if (!task) throw new Error('There is no work.');
    return task;
  };
  return {
    ...background,
    store,
    time,
    close,
    say,
    newSession: () => world.session(owner, partner),
    /** The texts of a session's chunks in order of the conversation, and what is not done. */
    state: async (session: Background['talk']) => ({
      chunks: (await chunks(session)).map(({ content }) => content),
      left: (await outstanding(session)).map(({ firstSequence, lastSequence, state, attempts, reason }) => ({
        span: [firstSequence, lastSequence] as const,
        state,
        attempts,
        reason,
      })),
    }),
  };
};

export type ProcessorWorld = Awaited<ReturnType<typeof openProcessorWorld>>;
