import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort } from './ports.ts';

const PATIENCE_MS = 20_000;

export interface LocalRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly origin: string;
  stop(): Promise<void>;
  /** Ends it at whatever point it is. */
  kill(): Promise<void>;
}

/** The program of Redis, or null when it is not installed. */
export const findRedis = (): string | null => Bun.which('redis-server');

/** Starts a Redis on loopback that keeps nothing on the disk: it holds caches and limits alone. */
export const startLocalRedis = async (parent: string, port?: number): Promise<LocalRedis> => {
  const program = findRedis();
  if (!program) throw new Error('There is no redis-server on this machine. Install it: apt-get install redis-server.');
  const folder = join(parent, 'redis');
  mkdirSync(folder, { recursive: true });
  const on = port ?? (await freePort());
  const options = ['--port', String(on), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = Bun.spawn([program, ...options, '--daemonize', 'no'], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  child.unref();
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await answers(on))) {
    if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error('Redis did not start.');
    await Bun.sleep(20);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await child.exited;
  };
  return {
    url: `redis://127.0.0.1:${on}`,
    port: on,
    pid: child.pid,
    origin: 'Redis of the system',
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};
