import { existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { styleText } from 'node:util';
import { defineCommand } from 'citty';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings, SettingsError } from '../../config/load.ts';
import type { Settings } from '../../config/schema.ts';
import { withoutPassword } from '../../config/without-password.ts';
import { MemfuseError } from '../../contract/errors.ts';
import { withDetails } from '../details.ts';

/** What was found of one thing: that it is well, or what to do. */
interface Finding {
  readonly what: string;
  readonly level: 'ok' | 'warning' | 'failed';
  readonly text: string;
}

const LEAST_FREE_BYTES = 1_000_000_000;
/** Clocks of two machines differ by less. */
const CLOCK_MS = 60_000;
const gigabytes = (bytes: number): string => `${(bytes / 1_000_000_000).toFixed(1)} GB`;

const ofDatabase = async (settings: Settings): Promise<Finding[]> => {
  const { inspectStore, storeExists } = await import('../../../adapters/open.ts');
  const url = databaseUrl(settings);
  const what = 'database';
  try {
    if (!storeExists(url)) {
      return [{ what, level: 'ok', text: `${withoutPassword(url)} is not there yet; the first start makes it` }];
    }
    const inspection = await inspectStore(url);
    if (inspection === null) return [{ what, level: 'ok', text: `${withoutPassword(url)} answers` }];
    const { problem, users, messages, newestMessageAt } = inspection;
    if (problem !== null)
      return [{ what, level: 'failed', text: `${problem} Run: memfuse restore FILE, with a copy that backup made` }];
    const whole: Finding = { what, level: 'ok', text: `${messages} messages of ${users} users, whole` };
    const aheadMs = (newestMessageAt ?? 0) - Date.now();
    if (aheadMs < CLOCK_MS) return [whole];
    const text = `the newest message is ${Math.round(aheadMs / 1_000)} s ahead of this machine's clock. Set the clock, if it is behind`;
    return [whole, { what: 'clock', level: 'warning', text }];
  } catch (error) {
    if (!(error instanceof MemfuseError)) throw error;
    return [{ what, level: 'failed', text: error.message }];
  }
};

const ofModels = async ({ embedding }: Settings): Promise<Finding[]> => {
  const { describeStaticModel } = await import('../../embedding/static-model.ts');
  const { findMultilingualModel } = await import('../../embedding/multilingual-model.ts');
  const { assertInstalled } = await import('../../embedding/open.ts');
  const what = 'models';
  try {
    const { name } = await describeStaticModel();
    const other = await findMultilingualModel();
    assertInstalled(embedding);
    const text = `${name}${other ? ' and one for other languages' : ''}; embedding by ${embedding.provider}`;
    const level = other ? 'ok' : 'warning';
    return [{ what, level, text: other ? text : `${text}. The one for other languages is missing: install again` }];
  } catch (error) {
    return [{ what, level: 'failed', text: (error as Error).message }];
  }
};

const ofDisk = ({ data_dir }: Settings): Finding => {
  const folder = existsSync(data_dir) ? data_dir : process.cwd();
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const text = `${gigabytes(free)} free at ${folder}`;
  if (free >= LEAST_FREE_BYTES) return { what: 'disk', level: 'ok', text };
  return { what: 'disk', level: 'warning', text: `${text}. Make room: on a full disk the server takes no messages` };
};

const isTaken = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });

const ofPort = async ({ server: { host, port } }: Settings): Promise<Finding> => {
  const what = 'port';
  if (!(await isTaken(host, port))) return { what, level: 'ok', text: `${host}:${port} is free` };
  const { MemFuse } = await import('../../client/index.ts');
  const isOurs = await new MemFuse({ baseUrl: `http://${host}:${port}` }).isUp({ timeoutMs: 2_000 });
  if (isOurs) return { what, level: 'ok', text: `a MemFuse server answers at ${host}:${port}` };
  return {
    what,
    level: 'failed',
    text: `another program listens on ${host}:${port}. Stop it, or set PORT to another port`,
  };
};

const SIGNS = { ok: styleText('green', '✓'), warning: styleText('yellow', '!'), failed: styleText('red', '✗') };

/** `memfuse doctor`: looks at all that a server needs, and says what to do. */
export const doctor = withDetails(
  defineCommand({
    meta: {
      name: 'doctor',
      description: 'Look at all that a server needs, and say what to do',
    },
    run: async () => {
      const findings: Finding[] = [];
      try {
        const { settings, file, warnings } = await loadSettings(process.env, process.cwd());
        findings.push({ what: 'settings', level: 'ok', text: file ?? 'defaults and environment' });
        for (const text of warnings) findings.push({ what: 'settings', level: 'warning', text });
        findings.push(
          ...(await ofDatabase(settings)),
          ...(await ofModels(settings)),
          ofDisk(settings),
          await ofPort(settings),
        );
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        findings.push({ what: 'settings', level: 'failed', text: error.message });
      }
      for (const { what, level, text } of findings) console.log(`${SIGNS[level]} ${what.padEnd(9)} ${text}`);
      process.exit(findings.some(({ level }) => level === 'failed') ? 1 : 0);
    },
  }),
  {
    examples: ['memfuse doctor'],
    text: 'Settings, database, models, disk, port and clock. Exit code: 0 when the server can run, 1 when not.',
  },
);
