import { join } from 'node:path';
import { openCorpusReader, openStore } from '../../../adapters/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { seededRandom } from '../../../test/support/random.ts';
import { runJourneys } from '../journeys.ts';
import { addRememberer, type Rememberer, remember } from '../query/memories.ts';
import { INDEX_MAX_BYTES, keepSegments, requestOf } from '../query/product.ts';
import { askStep } from '../query/served.ts';
import { createSpeech } from '../query/speech.ts';
import { startProcess } from '../server-process.ts';
import { interleave, median, type Result, result } from '../suite.ts';

const MAIN = join(import.meta.dir, '..', '..', '..', 'src', 'main.ts');

/** Nothing is made of the memory while it is asked. */
const QUIET = { MEMFUSE_MEMORY__FACTS__ENABLED: 'false', MEMFUSE_MEMORY__EPISODES__ENABLED: 'false' };

export interface QuestionsPlan {
  readonly messages: number;
  readonly rounds: number;
  readonly questions: number;
}

/** A memory of so many messages, with its segments kept. */
const fill = async (url: string, messages: number): Promise<Rememberer> => {
  const store: Store = await openStore(url, { use: 'command' });
  const who = await addRememberer(store, 'Yusuf');
  const speech = createSpeech();
  await remember(store, who, messages, { speech, random: seededRandom(31) });
  const product = await openIndex(url);
  await product.ask(who, 'Where is the tram?');
  await keepSegments(product, store, who);
  await store.close();
  return who;
};

/** The search of one process over a database, with nobody's index in memory. */
const openIndex = async (url: string) => {
  const corpus = await openCorpusReader(url);
  const indexes = new UserIndexes(corpus, createMeaning(await openStaticModel()), INDEX_MAX_BYTES);
  const search = createSearch(corpus, indexes, WEIGHTS);
  return {
    indexes,
    ask: ({ tenantKey, userKey }: Rememberer, question: string) => search(requestOf({ tenantKey, userKey }, question)),
  };
};

/** What the first question costs a process that holds no index: mostly the loading of it. */
const load = async (url: string, who: Rememberer): Promise<number> => {
  const product = await openIndex(url);
  const beforeMs = performance.now();
  await product.ask(who, 'Where is the tram?');
  return performance.now() - beforeMs;
};

/** Questions to a memory on Postgres beside the same on SQLite: warm over HTTP, and the loading of the index. */
export const measureQuestions = async (
  { postgresUrl, sqliteUrl }: { postgresUrl: string; sqliteUrl: string },
  { messages, rounds, questions }: QuestionsPlan,
): Promise<Result[]> => {
  const [onPostgres, onSqlite] = [await fill(postgresUrl, messages), await fill(sqliteUrl, messages)];
  const size = messages.toLocaleString('en');
  const loads = await interleave(rounds, {
    postgres: () => load(postgresUrl, onPostgres),
    sqlite: () => load(sqliteUrl, onSqlite),
  });
  const serve = (url: string) => startProcess(MAIN, { health: '/api/v1/health', env: { DATABASE_URL: url, ...QUIET } });
  const [postgres, sqlite] = [await serve(postgresUrl), await serve(sqliteUrl)];
  const [speech, random] = [createSpeech(), seededRandom(32)];
  const ask = (port: number, who: Rememberer) => async () => {
    const asked = Array.from({ length: questions }, () => speech.question(random));
    const steps = (i: number) => [askStep(who, asked[i] as string)];
    const run = await runJourneys({ port, connections: 1, count: questions, steps });
    if (run.firstError) throw new Error(`A query went wrong: ${run.firstError}`);
    return median(run.totalsMs);
  };
  const sides = { postgres: ask(postgres.port, onPostgres), sqlite: ask(sqlite.port, onSqlite) };
  // The first questions load the index and warm the code.
  await interleave(1, sides);
  const asked = await interleave(rounds, sides);
  await Promise.all([postgres.stop(), sqlite.stop()]);
  const beside = asked.postgres.map((ms, i) => ms - (asked.sqlite[i] ?? Number.NaN));
  return [
    result(`a warm question at ${size} messages, p50 (on SQLite)`, 'ms', asked.postgres, { baseline: asked.sqlite }),
    result('  what it takes more than on SQLite', 'ms', beside, { target: { of: 'value', atMost: 0.3 } }),
    result(`loading the index of ${size} messages (on SQLite)`, 'ms', loads.postgres, {
      baseline: loads.sqlite,
      target: { of: 'ratio', atMost: 3 },
    }),
  ];
};
