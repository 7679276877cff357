import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemFuse } from '../../src/client/index.ts';
import { seededRandom } from '../../test/support/random.ts';
import { benchFolder, startProcess } from '../bench/server-process.ts';
import { createPeople, PEOPLE, type People } from './people.ts';
import { bytesOf, bytesOfTables, quantileOr, type Sample } from './samples.ts';

export interface SoakOptions {
  readonly durationMs: number;
  readonly sampleEveryMs: number;
  /** Actions that are begun in a second, whether the server is done with those before or not. */
  readonly perSecond: number;
  /** How often everybody is replaced in the run: often enough, and the first third is soon as full as it stays. */
  readonly generations: number;
  readonly seed: number;
  readonly onSample?: (sample: Sample) => void;
}

export interface Soak {
  readonly samples: readonly Sample[];
  /** Processor time of the server in a second of the run, in milliseconds; null where the system does not tell. */
  readonly cpuMsPerSecond: number | null;
  readonly done: People['done'];
  readonly reloads: number;
  readonly reindexes: number;
  readonly faults: readonly string[];
}

const SRC = join(import.meta.dir, '..', '..', 'src');
/** Of the run: one in the first third and one in the last, so that both bear the same. */
const REINDEX_AT = [1 / 6, 5 / 6] as const;
/** A reload with a change for so many samples. */
const SAMPLES_A_RELOAD = 3;
/** More than this open at a time is a server that does not keep up. */
const MOST_OPEN = 256;

const reindex = async (env: Record<string, string>): Promise<string | null> => {
  const command = [process.execPath, join(SRC, 'cli', 'main.ts'), 'reindex'];
  const child = Bun.spawn(command, { env: { ...process.env, ...env }, stdout: 'ignore', stderr: 'pipe' });
  const [code, said] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  return code === 0 ? null : `reindex ended with ${code}: ${said.trim()}`;
};

/** Runs a server of its own under steady mixed work and samples it. Errors when the server cannot be started or sampled. */
export const runSoak = async ({
  durationMs,
  sampleEveryMs,
  perSecond,
  generations,
  seed,
  onSample,
}: SoakOptions): Promise<Soak> => {
  const folder = benchFolder();
  const settings = join(folder, 'soak.json');
  const database = join(folder, 'memfuse.db');
  const configure = (mostMessages: number): void =>
    writeFileSync(settings, JSON.stringify({ server: { log_level: 'error', max_messages: mostMessages } }));
  configure(1_000);
  const env = { MEMFUSE_CONFIG: settings, MEMFUSE_DATA_DIR: folder, DATABASE_URL: '', REDIS_URL: '' };
  const server = await startProcess(join(SRC, 'main.ts'), { health: '/api/v1/health/ready', env, folder });
  try {
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const client = new MemFuse({ baseUrl });
    const people = await createPeople(baseUrl, seededRandom(seed));
    const faults: string[] = [];
    const samples: Sample[] = [];
    const open = new Set<Promise<void>>();
    let reloads = 0;
    let reindexes = 0;

    const begin = (work: () => Promise<void>): void => {
      if (open.size >= MOST_OPEN) {
        faults.push(`${MOST_OPEN} actions are open: the server does not keep up with ${perSecond} a second.`);
        return;
      }
      const working = work()
        .catch((error: unknown) => void faults.push(String(error)))
        .finally(() => open.delete(working));
      open.add(working);
    };
    const sample = async (atMs: number): Promise<void> => {
      const { addMs, askMs } = people.takeLatencies();
      const keptAnswerBytes = bytesOfTables(database, 'idempotency');
      const taken: Sample = {
        atMs,
        rssBytes: server.rssBytes() ?? Number.NaN,
        // The answers that only the log has so far are no part of the file.
        fileBytes: Math.max(0, bytesOf(database) - keptAnswerBytes),
        keptAnswerBytes,
        walBytes: bytesOf(`${database}-wal`),
        waitingTasks: (await client.call('taskStats', {})).waiting,
        addP50Ms: quantileOr(addMs, 0.5),
        addP99Ms: quantileOr(addMs, 0.99),
        askP50Ms: quantileOr(askMs, 0.5),
        askP99Ms: quantileOr(askMs, 0.99),
      };
      samples.push(taken);
      onSample?.(taken);
    };
    const reload = async (): Promise<void> => {
      configure(1_000 + (reloads % 2) + 1);
      const { changed } = await client.call('reloadConfig', {});
      if (changed.length !== 1) faults.push(`a reload changed ${changed.length} settings, not one`);
      reloads += 1;
    };
    const refill = async (): Promise<void> => {
      const fault = await reindex(env);
      if (fault === null) reindexes += 1;
      else faults.push(fault);
    };

    const everyMs = {
      act: 1_000 / perSecond,
      replace: durationMs / (generations * PEOPLE),
      sample: sampleEveryMs,
      reload: sampleEveryMs * SAMPLES_A_RELOAD,
    };
    const due = { act: 0, replace: everyMs.replace, sample: everyMs.sample, reload: everyMs.reload };
    const reindexAtMs = REINDEX_AT.map((share) => share * durationMs);
    const startedMs = performance.now();
    const cpuBeforeMs = server.cpuMs();
    for (;;) {
      const nowMs = performance.now() - startedMs;
      for (; due.act <= nowMs; due.act += everyMs.act) begin(people.act);
      for (; due.replace <= nowMs; due.replace += everyMs.replace) begin(people.replaceOldest);
      for (; due.reload <= nowMs; due.reload += everyMs.reload) begin(reload);
      while ((reindexAtMs[0] ?? Number.POSITIVE_INFINITY) <= nowMs) {
        reindexAtMs.shift();
        begin(refill);
      }
      if (due.sample <= nowMs) {
        due.sample += everyMs.sample;
        await sample(nowMs);
      }
      if (nowMs >= durationMs) break;
      await Bun.sleep(Math.max(1, Math.min(due.act, due.sample, due.replace) - (performance.now() - startedMs)));
    }
    await Promise.all(open);
    const cpuMs = server.cpuMs();
    return {
      samples,
      cpuMsPerSecond:
        cpuMs === null || cpuBeforeMs === null
          ? null
          : (cpuMs - cpuBeforeMs) / ((performance.now() - startedMs) / 1_000),
      done: people.done,
      reloads,
      reindexes,
      faults: [...faults, ...people.faults],
    };
  } finally {
    await server.stop();
  }
};
