import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process of this tree that serves HTTP. */
export interface ServerProcess {
  readonly port: number;
  /** Milliseconds from the start of the process to its first answer to a health request. */
  readonly bootMs: number;
  /** Resident memory in bytes; null where the system does not tell. */
  rssBytes(): number | null;
  /** Processor time of all its threads since its start, in milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
  /** Sends a request and returns the parsed `data` of its answer. Errors on any other status than 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: benchmarks look into answers of every shape
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** Ends it at once: its data go with it, so there is nothing that it should still file. */
  stop(): Promise<void>;
}

/** Where a folder for the databases of a run is made. */
export const benchFolder = (): string => mkdtempSync(join(tmpdir(), 'memfuse-bench-'));

const rssOf = (pid: number): number | null => {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib ? Number(kib) * 1_024 : null;
  } catch {
    return null; // no /proc on this system
  }
};

/** Milliseconds of a tick of the times in `/proc`. */
const TICK_MS = 10;

const cpuOf = (pid: number): number | null => {
  try {
    // The name of the process, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null; // no /proc on this system
  }
};

const freePort = (): number => {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
};

const untilHealthy = async (url: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await Bun.sleep(2);
  }
};

/**
 * Starts `bun <entry>` on a free port and waits for its first healthy answer. Its data is in a folder of its own, or in
 * the one that is given; either is removed when it stops.
 */
export const startProcess = async (
  entry: string,
  { health, env = {}, folder = benchFolder() }: { health: string; env?: Record<string, string>; folder?: string },
): Promise<ServerProcess> => {
  const port = freePort();
  const startedMs = performance.now();
  const child = Bun.spawn([process.execPath, entry], {
    env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1', MEMFUSE_DATA_DIR: folder },
    stdout: 'ignore',
    stderr: 'inherit',
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilHealthy(origin + health);
  const bootMs = performance.now() - startedMs;
  return {
    port,
    bootMs,
    rssBytes: () => rssOf(child.pid),
    cpuMs: () => cpuOf(child.pid),
    call: async (method, path, body) => {
      const answer = await fetch(origin + path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
      return ((await answer.json()) as { data: unknown }).data;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
