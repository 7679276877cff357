import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { openStore, storeExists } from '../../../adapters/open.ts';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings, SettingsError } from '../../config/load.ts';
import { MemfuseError } from '../../contract/errors.ts';
import { openEmbedder } from '../../embedding/open.ts';
import { createLog } from '../../platform/log.ts';
import { type ReindexProgress, reindex as reindexStore } from '../../services/reindex.ts';
import { withDetails } from '../details.ts';

const EXIT = { done: 0, stopped: 1, refused: 2 } as const;
const TELL_EVERY_MS = 1_000;

const count = (number: number): string => number.toLocaleString('en-US');

const told = ({ filed, refused, total }: ReindexProgress): string => {
  const percent = total === 0 ? 100 : Math.floor(((filed + refused) / total) * 100);
  return `${count(filed)} of ${count(total)} texts embedded (${percent} %)${refused > 0 ? `, ${count(refused)} refused` : ''}`;
};

/** Runs to the end, or says in a sentence what stopped it. Answers the exit code. */
const run = async (): Promise<number> => {
  let last: ReindexProgress | null = null;
  try {
    const { settings } = await loadSettings(process.env, process.cwd());
    const { embedding } = settings;
    const url = databaseUrl(settings);
    if (!storeExists(url)) {
      console.error(`There is no database ${url}. MEMFUSE_DATA_DIR or DATABASE_URL can name another place.`);
      return EXIT.stopped;
    }
    const store = await openStore(url, { use: 'command' });
    try {
      const embedder = await openEmbedder(embedding, { log: createLog('error') });
      try {
        console.log(`model: ${embedder.model.name}, ${embedder.model.dimensions} components`);
        let toldMs = performance.now();
        last = await reindexStore({
          vectors: store.vectors,
          embedder,
          isStatic: embedding.provider === 'static',
          batchSize: embedding.batch_size,
          wait: sleep,
          onProgress: (progress) => {
            last = progress;
            if (performance.now() - toldMs < TELL_EVERY_MS) return;
            toldMs = performance.now();
            console.log(told(progress));
          },
        });
        console.log(`Done: ${told(last)}.`);
        return last.refused > 0 ? EXIT.refused : EXIT.done;
      } finally {
        await embedder.close();
      }
    } finally {
      await store.close();
    }
  } catch (error) {
    const isExpected = error instanceof MemfuseError || error instanceof SettingsError;
    console.error(isExpected ? error.message : error);
    if (last) console.error(`Stopped: ${told(last)}. Run it again to go on from there.`);
    return EXIT.stopped;
  }
};

/** `memfuse reindex`: embeds again what was embedded by another model, also while the server runs. */
export const reindex = withDetails(
  defineCommand({
    meta: {
      name: 'reindex',
      description: 'Embed again what was embedded by another model',
    },
    run: async () => process.exit(await run()),
  }),
  {
    text: 'Embed, with the configured model, all messages, chunks and episodes that have no vector of it. Can be stopped and run again: what is done stays done. May run beside the server, which serves on meanwhile. Exit code: 0 when all is done, 1 when it was stopped by an error, 2 when the model refused some texts.',
  },
);
