import { join } from 'node:path';
import { WORTH_FROM } from '../../../src/retrieval/index/similar-questions.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { type Random, seededRandom } from '../../../test/support/random.ts';
import { type Journeys, runJourneys, stepQuantile } from '../journeys.ts';
import { getBytes, postBytes } from '../load-client.ts';
import { inFolders } from '../seed/folders.ts';
import { benchFolder, type ServerProcess, startProcess } from '../server-process.ts';
import { openSide } from '../sides.ts';
import { interleave, median, quantile, type Result, result } from '../suite.ts';
import { copyStore, type Rememberer } from './memories.ts';
import { INDEX_MAX_BYTES, isCold, openProduct, requestOf, TOP_K } from './product.ts';
import type { Speech } from './speech.ts';
import { timeEach } from './timing.ts';

const MAIN = join(import.meta.dir, '..', '..', '..', 'src', 'main.ts');
/** Time that a server gets after its start, so that a first query is that of a server at rest. */
const REST_MS = 1_500;

export interface ServedPlan {
  readonly rounds: number;
  readonly questions: number;
  readonly random: Random;
}

/** A server on a folder, which goes with it. */
export const serve = (folder: string): Promise<ServerProcess> =>
  startProcess(MAIN, {
    health: '/api/v1/health',
    folder,
    env: { MEMFUSE_RETRIEVAL__INDEX_MAX_BYTES: String(INDEX_MAX_BYTES) },
  });

/** A server on a copy of a folder. */
export const serveCopy = (folder: string): Promise<ServerProcess> => {
  const copy = benchFolder();
  copyStore(folder, copy);
  return serve(copy);
};

export const askStep = ({ userId }: Pick<Rememberer, 'userId'>, query: string) => ({
  name: 'query',
  bytes: postBytes(`/api/v1/users/${userId}/query`, JSON.stringify({ query, top_k: TOP_K })),
  status: 200,
});

export const getStep = ({ userId }: Pick<Rememberer, 'userId'>) => ({
  name: 'get',
  bytes: getBytes(`/api/v1/users/${userId}`),
  status: 200,
});

const label = (size: number): string => `${size.toLocaleString('en')} messages`;

/**
 * The same questions' cost on the way from the search to the network: the search alone in this process, the service of the
 * server with its caches and its search Worker, the server over HTTP from one client; and a question asked again.
 */
export const measureLayers = (
  folder: string,
  who: Rememberer,
  size: number,
  speech: Speech,
  { rounds, questions, random }: ServedPlan,
): Promise<Result[]> =>
  inFolders(1, async ([copy]) => {
    copyStore(folder, copy);
    const product = await openProduct(copy);
    const server = await serveCopy(folder);
    const services = await openSide('product', copy, { 'retrieval.index_max_bytes': INDEX_MAX_BYTES });
    const owner: Owner = { tenantKey: who.tenantKey, userKey: who.userKey };
    const news = (count = questions): string[] => Array.from({ length: count }, () => speech.question(random));
    const inServer = (question: string) => services.getBufferService(owner).query(requestOf(owner, question));
    const overHttp = async (asked: readonly string[]): Promise<number[]> => {
      const steps = (i: number) => [askStep(who, asked[i] as string)];
      const run = await runJourneys({ port: server.port, connections: 1, count: asked.length, steps });
      if (run.firstError) throw new Error(`A query went wrong: ${run.firstError}`);
      return [...run.totalsMs];
    };
    const sides = {
      alone: () => timeEach(news(), (question) => product.ask(owner, question), { counts: isCold }),
      similar: async () => {
        const times: number[] = [];
        for (const question of size < WORTH_FROM ? [] : news()) {
          await product.ask(owner, question);
          const ask = (again: string) => product.ask(owner, again);
          times.push(...(await timeEach([`And ${question}`], ask, { counts: (answer) => !isCold(answer) })));
        }
        return times;
      },
      service: () => timeEach(news(), inServer, { counts: isCold }),
      http: () => overHttp(news()),
      again: async () => {
        const [question = ''] = news(1);
        await inServer(question);
        return timeEach(Array.from({ length: questions * 5 }), () => inServer(question));
      },
    };
    await interleave(1, sides);
    const { alone, similar, service, http, again } = await interleave(rounds, sides);
    await services.close();
    await server.stop();
    const at = (q: number) => (times: readonly number[]) => quantile(times, q);
    const compare = (name: string, times: readonly number[][], q: number): Result =>
      result(name, 'ms', times.map(at(q)), { baseline: alone.map(at(q)) });
    return [
      compare(`${label(size)}: through buffers and search Worker, p50 (the search alone)`, service, 0.5),
      compare('  p99', service, 0.99),
      compare('  the same over HTTP, one client, p50', http, 0.5),
      compare('  p99', http, 0.99),
      ...(size < WORTH_FROM
        ? []
        : [compare('  a question much like the last one (L2), in this process, p50', similar, 0.5)]),
      result('  the same question again (L1), p50', 'ms', again.map(at(0.5))),
      result('  p99', 'ms', again.map(at(0.99)), { target: { of: 'value', atMost: 0.3 } }),
    ];
  });

/**
 * The first question to a memory whose segments are kept: with nothing in memory but the code, and over HTTP to a server
 * that has just started.
 */
export const measureFirstQuery = (
  folder: string,
  who: Rememberer,
  size: number,
  speech: Speech,
  { targetMs, rounds, random }: { targetMs: number; rounds: number; random: Random },
): Promise<Result[]> =>
  inFolders(1, async ([copy]) => {
    copyStore(folder, copy);
    const { here, http } = await interleave(rounds, {
      here: async () => {
        const product = await openProduct(copy);
        const [ms = Number.NaN] = await timeEach([speech.question(random)], (question) => product.ask(who, question));
        product.indexes.forget(who.userKey);
        return ms;
      },
      http: async () => {
        const server = await serveCopy(copy);
        await Bun.sleep(REST_MS);
        const startedMs = performance.now();
        await server.call('POST', `/api/v1/users/${who.userId}/query`, { query: speech.question(random) });
        const ms = performance.now() - startedMs;
        await server.stop();
        return ms;
      },
    });
    return [
      result(`${label(size)}: first query, nothing in memory`, 'ms', here, {
        target: { of: 'value', atMost: targetMs },
      }),
      result('  over HTTP, of a process just started', 'ms', http),
    ];
  });

/**
 * Whether a very large memory holds up others: GETs, and the questions of a user with a small one, while one client after
 * the other asks the large one, against the same while nobody does.
 */
export const measureHeldUp = async (
  folder: string,
  { large, small, size }: { readonly large: Rememberer; readonly small: Rememberer; readonly size: number },
  speech: Speech,
  { rounds, durationMs }: { readonly rounds: number; readonly durationMs: number },
): Promise<Result[]> => {
  const server = await serveCopy(folder);
  const random = seededRandom(11);
  const { port } = server;
  const ask = (who: Rememberer) => () => [askStep(who, speech.question(random))];
  const loads = {
    gets: () => runJourneys({ port, connections: 4, durationMs, steps: () => [getStep(small)] }),
    asks: () => runJourneys({ port, connections: 1, durationMs, steps: ask(small) }),
    large: () => runJourneys({ port, connections: 1, durationMs, steps: ask(large) }),
  };
  await server.call('POST', `/api/v1/users/${small.userId}/query`, { query: speech.question(random) });
  const startedMs = performance.now();
  await server.call('POST', `/api/v1/users/${large.userId}/query`, { query: speech.question(random) });
  const firstMs = performance.now() - startedMs;
  await loads.large();
  const { alone, getsIdle, getsBeside, asksIdle, asksBeside } = await interleave(rounds, {
    alone: loads.large,
    getsIdle: loads.gets,
    getsBeside: async () => (await Promise.all([loads.gets(), loads.large()]))[0],
    asksIdle: loads.asks,
    asksBeside: async () => (await Promise.all([loads.asks(), loads.large()]))[0],
  });
  await server.stop();
  const failed = [...alone, ...getsBeside, ...asksBeside].find(({ firstError }) => firstError)?.firstError;
  if (failed) throw new Error(`A request went wrong: ${failed}`);
  const at = (q: number) => (run: (typeof alone)[number]) => quantile(run.totalsMs, q);
  return [
    result(`${label(size)}: over HTTP, one client, p50`, 'ms', alone.map(at(0.5)), {
      target: { of: 'value', atMost: 60 },
    }),
    result('  p99', 'ms', alone.map(at(0.99))),
    result('  first query of a server just started, segments kept', 'ms', [firstMs]),
    result('  GET of another user beside it, p99 (nobody asking)', 'ms', getsBeside.map(at(0.99)), {
      baseline: getsIdle.map(at(0.99)),
      target: { of: 'value', atMost: Number((median(alone.map(at(0.5))) / 4).toPrecision(2)) },
    }),
    result('  query of another user beside it, p50 (nobody else asking)', 'ms', asksBeside.map(at(0.5)), {
      baseline: asksIdle.map(at(0.5)),
    }),
    result('  p99', 'ms', asksBeside.map(at(0.99)), { baseline: asksIdle.map(at(0.99)) }),
  ];
};

interface Burst {
  readonly asked: Journeys;
  readonly written: Journeys | null;
}

/** What clients that ask meet while as many write to the same memories, against what they meet when nobody writes. */
export const measureWriters = async (
  people: readonly Rememberer[],
  folder: string,
  speech: Speech,
  { rounds, durationMs }: { readonly rounds: number; readonly durationMs: number },
): Promise<Result[]> => {
  const server = await serve(folder);
  const { port } = server;
  const random = seededRandom(12);
  const connections = people.length;
  const personOf = (i: number): Rememberer => people[i % people.length] as Rememberer;
  const asking = (i: number) => [askStep(personOf(i), speech.question(random))];
  const writing = (i: number) => {
    const messages = ['user', 'assistant'].map((role) => ({ role, content: speech.turn(random) }));
    const path = `/api/v1/sessions/${personOf(i).sessionId}/messages`;
    return [{ name: 'add', bytes: postBytes(path, JSON.stringify({ messages })), status: 201 }];
  };
  const ask = (clients: number) => runJourneys({ port, connections: clients, durationMs, steps: asking });
  const write = () => runJourneys({ port, connections, durationMs, steps: writing });
  await ask(connections);
  const { one, idle, busy } = await interleave<'one' | 'idle' | 'busy', Burst>(rounds, {
    one: async () => {
      await Bun.sleep(REST_MS);
      return { asked: await ask(1), written: null };
    },
    idle: async () => {
      await Bun.sleep(REST_MS);
      return { asked: await ask(connections), written: null };
    },
    busy: async () => {
      const [asked, written] = await Promise.all([ask(connections), write()]);
      return { asked, written };
    },
  });
  await server.stop();
  const failed = busy.flatMap(({ asked, written }) => asked.firstError ?? written?.firstError ?? []);
  if (failed[0]) throw new Error(`A request went wrong: ${failed[0]}`);
  const at = (runs: typeof idle, q: number): number[] => runs.map(({ asked }) => stepQuantile(asked, 'query', q));
  const rates = (runs: typeof idle): number[] => runs.map(({ asked }) => asked.perSecond);
  const name = `${connections} clients asking beside ${connections} writing`;
  return [
    result(`${name}: p99.9 (p99 when nobody writes)`, 'ms', at(busy, 0.999), {
      baseline: at(idle, 0.99),
      target: { of: 'ratio', atMost: 5 },
    }),
    result('  p99', 'ms', at(busy, 0.99), { baseline: at(idle, 0.99) }),
    result('  p50', 'ms', at(busy, 0.5), { baseline: at(idle, 0.5) }),
    result('  queries served', 'queries/s', rates(busy), { baseline: rates(idle) }),
    result(
      '  adds served beside them',
      'adds/s',
      busy.map(({ written }) => written?.perSecond ?? 0),
    ),
    result('  p99 of one client alone', 'ms', at(one, 0.99)),
  ];
};
