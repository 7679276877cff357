import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { TokenCounter } from '../../../src/buffer/token-counter.ts';
import { GlobalConfig } from '../../../src/config/global-config.ts';
import { MemfuseError } from '../../../src/contract/errors.ts';
import type { OutboxTask } from '../../../src/contract/outbox.ts';
import type { Store } from '../../../src/contract/store.ts';
import { HANDLERS, type Handlers } from '../../../src/memory/kinds/handlers.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import type { SearchService } from '../../../src/services/search-service.ts';
import { ServiceFactory } from '../../../src/services/service-factory.ts';
import { mintId } from '../../contract/world.ts';
import { hookStore, type StoreHook } from '../hooked-store.ts';
import { type ManualTime, manualTime, turn } from '../manual-time.ts';
import { recordedLog } from '../recorded-log.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeCounter } from './fake-counter.ts';
import { FakeWorker } from './fake-workers.ts';

/** Settings as a person writes them into the file. */
export type WrittenSettings = Record<string, unknown>;

const INDEX_MAX_BYTES = 64 * 1024 * 1024;
/** More steps of time than anything that ends takes. */
const PATIENCE = 5_000;

/** Searches on this thread, over what the process has committed. */
const searchHere = (store: Store): SearchService => {
  const indexes = new UserIndexes(store.corpus, null, INDEX_MAX_BYTES);
  return {
    warmUp: () => {},
    prepare: async () => {},
    search: createSearch(store.corpus, indexes, WEIGHTS),
    forget: async (userKey) => indexes.forget(userKey),
    close: async () => {},
  };
};

/** A process that serves, from its start to its end. */
export interface Life {
  readonly factory: ServiceFactory;
  /** Those that were started, the first first. */
  readonly workers: FakeWorker[];
  readonly log: ReturnType<typeof recordedLog>;
}

/**
 * The whole pipeline as the ServiceFactory wires it, over an SQLite file of its own, with Workers on this thread and
 * time that passes when told. It may end, well or not, and begin again over the same file. `workMs` is how long a Worker
 * is at a task; `hook` stands between the pipeline and the store.
 */
export const openLives = async (
  written: WrittenSettings,
  { workMs = 0, hook, handlers = HANDLERS, conditions = { deliveryMs: 0, isDown: false } }: LivesOptions = {},
) => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'memfuse.db');
  let atWork = 0;
  const rest = async (): Promise<void> => {
    do await turn();
    while (atWork > 0);
  };
  const time = manualTime({ rest });
  const ids = { uuid: mintId, hex: () => 'ab', secret: () => 'mf_secret' };
  let beneath: Store | null = null;

  // One kind of work, unless a test turns others on.
  const writeSettings = (settings: WrittenSettings): void => {
    const memory = { episodes: { enabled: false }, facts: { enabled: false }, ...(settings['memory'] as object) };
    writeFileSync(
      join(folder.path, 'memfuse.config.json'),
      JSON.stringify({ data_dir: folder.path, ...settings, memory }),
    );
  };

  /** Lets time pass until something has ended. */
  const until = async <T>(work: Promise<T>, stepMs = 20): Promise<T> => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    await time.rest();
    for (let steps = 0; !isOver; steps += 1) {
      if (steps === PATIENCE) throw new Error(`It has not ended within ${PATIENCE * stepMs} ms.`);
      await time.advance(stepMs);
    }
    return work;
  };

  const openStore = async (): Promise<Store> => {
    const opened = await openSqliteStore({ file, writer: 'here', ids });
    beneath = opened;
    return hookStore(opened, async (call, run) => {
      const counted = async (): Promise<unknown> => {
        // What a process that was killed still wants is nobody's business.
        if (beneath !== opened) return new Promise(() => {});
        atWork += 1;
        try {
          return await run();
        } finally {
          atWork -= 1;
        }
      };
      return hook ? hook(call, counted) : counted();
    });
  };

  const live = async (store: Store): Promise<Life> => {
    const config = await GlobalConfig.initialize({ env: {}, folder: folder.path });
    const workers: FakeWorker[] = [];
    const log = recordedLog();
    const beforeTask = (_task: OutboxTask): Promise<void> =>
      workMs === 0 ? Promise.resolve() : new Promise((resolve) => time.after(workMs, resolve));
    const outside = {
      connections: { getPool: async () => store, close: () => store.close() },
      search: searchHere(store),
      counter: conditionedCounter(conditions, time),
      openWorker: (id: number, onBeat: () => void) => {
        const maxTokens = () => config.current.buffer.round_buffer.max_tokens;
        const worker = new FakeWorker(id, onBeat, { work: store.work, handlers, maxTokens, beforeTask });
        workers.push(worker);
        return worker;
      },
    };
    const context = { clock: time, scheduler: time, random: () => 1, ids, log, outside };
    return { factory: await until(ServiceFactory.initializeGlobals(config, context)), workers, log };
  };

  writeSettings(written);
  return {
    time,
    ids,
    until,
    writeSettings,
    /** What `start` is to be given: the store, before anybody serves. */
    openStore,
    start: async (store?: Store): Promise<Life> => live(store ?? (await openStore())),
    /** Ends as the server does when it is asked to. */
    stop: async ({ factory }: Life): Promise<void> => {
      await until(factory.close());
      time.forget();
    },
    /** Ends as SIGKILL does: nothing that was not on disk was ever done. */
    kill: async ({ factory }: Life): Promise<void> => {
      const store = beneath;
      beneath = null;
      time.forget();
      factory.config.close();
      await store?.close();
      await time.rest();
    },
    remove: async (): Promise<void> => folder.remove(),
  };
};

/** What deliveries meet beside the Workers. */
export interface Conditions {
  /** How long counting takes, of which every delivery has some. */
  deliveryMs: number;
  /** Whether what deliveries need is out of order. */
  isDown: boolean;
}

/** What a delivery fails with during an outage. */
export const OUTAGE = 'Nothing can be counted during an outage.';

const conditionedCounter = (conditions: Conditions, time: ManualTime): TokenCounter => ({
  ...fakeCounter(),
  count: async (texts) => {
    const { deliveryMs } = conditions;
    if (deliveryMs > 0) await new Promise<void>((resolve) => time.after(deliveryMs, resolve));
    if (conditions.isDown) throw new MemfuseError('overloaded', OUTAGE);
    return texts.map((text) => text.length);
  },
});

export interface LivesOptions {
  readonly conditions?: Conditions;
  readonly workMs?: number;
  readonly hook?: StoreHook;
  /** How Workers do tasks, in place of how the server does them. */
  readonly handlers?: Handlers;
}

export type Lives = Awaited<ReturnType<typeof openLives>>;
