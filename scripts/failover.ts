import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { startCluster, until } from './failover/cluster.ts';
import { listWritten, startWriting } from './failover/writing.ts';
import { freePort } from './local/ports.ts';

/** `bun run failover`: kills the primary of a cluster under load, again and again, and looks for what is lost. */

const MAIN = join(import.meta.dir, '..', 'src', 'main.ts');
const CLIENTS = 16;
const LOAD_MS = 2_000;
const SERVERS = 2;

const startServer = async (folder: string, url: string, i: number) => {
  const port = await freePort();
  const env = { PORT: String(port), DATABASE_URL: url, MEMFUSE_DATA_DIR: join(folder, `server-${i}`) };
  const log = Bun.file(join(folder, `server-${i}.log`));
  const own = { MEMFUSE_SERVER__LOG_LEVEL: 'error', REDIS_URL: '' };
  const child = Bun.spawn([process.execPath, MAIN], {
    cwd: folder,
    env: { ...process.env, ...env, ...own },
    stdout: 'ignore',
    stderr: log,
  });
  const origin = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<boolean> =>
    (await fetch(`${origin}/api/v1/health/ready`).catch(() => null))?.ok === true;
  await until('the server is ready', isReady);
  return { origin, isReady, child };
};

/** What is not as it was acknowledged, in sentences. */
const faultsIn = (acknowledged: readonly string[], stored: readonly string[], sessionId: string): string[] => {
  const lost = acknowledged.filter((text) => !stored.includes(text));
  const doubled = stored.filter((text, i) => stored.indexOf(text) !== i);
  const isInOrder = acknowledged.every((text, i) => stored[i] === text);
  return [
    ...lost.map((text) => `lost: ${text}`),
    ...doubled.map((text) => `doubled: ${text}`),
    ...(isInOrder ? [] : [`out of order: session ${sessionId}`]),
  ];
};

const failover = defineCommand({
  meta: {
    name: 'failover',
    description:
      'Kill the primary of two Postgres under Patroni while two servers write: nothing acknowledged is lost, and writes go on.',
  },
  args: { rounds: { type: 'string', default: '3', description: 'How many primaries are killed' } },
  run: async ({ args }) => {
    const folder = mkdtempSync(join(tmpdir(), 'memfuse-failover-'));
    chmodSync(folder, 0o755);
    const cluster = await startCluster(folder);
    const servers: Awaited<ReturnType<typeof startServer>>[] = [];
    const faults: string[] = [];
    try {
      await cluster.whole();
      for (let i = 0; i < SERVERS; i += 1) servers.push(await startServer(folder, cluster.url, i));
      const origins = servers.map(({ origin }) => origin);
      const writing = await startWriting(origins, CLIENTS);
      for (let round = 1; round <= Number(args.rounds); round += 1) {
        const primary = await cluster.whole();
        await Bun.sleep(LOAD_MS);
        const before = writing.lastAtMs();
        const killedAtMs = performance.now();
        await primary.kill();
        await until('a server says that it is not ready', async () =>
          (await Promise.all(servers.map(({ isReady }) => isReady()))).some((isReady) => !isReady),
        );
        const deadAtMs = Math.max(writing.lastAtMs(), before);
        await until(
          'an add is acknowledged again',
          async () => writing.lastAtMs() > deadAtMs + 1 && writing.lastAtMs(),
        );
        const gapMs = writing.lastAtMs() - killedAtMs;
        await until('both servers are ready', async () =>
          (await Promise.all(servers.map(({ isReady }) => isReady()))).every(Boolean),
        );
        primary.start();
        await cluster.whole();
        console.log(
          `round ${round}: ${primary.name} was killed; adds were acknowledged again ${(gapMs / 1_000).toFixed(1)} s later; it is back as a standby`,
        );
      }
      await Bun.sleep(LOAD_MS);
      await writing.stop();
      for (const { sessionId, acknowledged } of writing.written) {
        for (const origin of origins)
          faults.push(...faultsIn(acknowledged, await listWritten(origin, sessionId), sessionId));
      }
      const count = writing.written.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
      const refused = [...writing.refused].map(([status, times]) => `${times} answered ${status}`).join(', ');
      console.log(`${count} adds were acknowledged, ${refused || 'none refused'}, and sent again with their keys.`);
      console.log(faults.length === 0 ? 'Nothing lost, doubled or out of order.' : faults.join('\n'));
    } finally {
      for (const { child } of servers) {
        child.kill('SIGKILL');
        await child.exited;
      }
      await cluster.stop();
    }
    if (faults.length === 0) rmSync(folder, { recursive: true });
    else {
      console.error(`The data is kept in ${folder}.`);
      process.exitCode = 1;
    }
  },
});

await runCommandLine(failover);
