import { type LocalRedis, startLocalRedis } from '../../scripts/local/redis.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestRedis extends LocalRedis {
  /** Ends it, as nothing was there. */
  kill(): Promise<void>;
  /** Starts it again, at the same address, empty. */
  restart(): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  remove(): Promise<void>;
}

/** A redis-server of its own. */
export const startRedis = async (): Promise<TestRedis> => {
  const folder = temporaryFolder();
  let running = await startLocalRedis(folder.path);
  const { url, port, origin } = running;
  const kill = (): Promise<void> => running.kill();
  return {
    url,
    port,
    origin,
    get pid() {
      return running.pid;
    },
    kill,
    stop: () => running.stop(),
    restart: async () => {
      running = await startLocalRedis(folder.path, port);
    },
    signal: (name) => process.kill(running.pid, name),
    remove: async () => {
      await kill();
      folder.remove();
    },
  };
};
