import { afterEach, beforeEach, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Measurement } from './children/many-users.ts';

const PROGRAM = fileURLToPath(new URL('./children/many-users.ts', import.meta.url));
const USERS = 100_000;
const HOT = 1_000;
/** Until here caches fill. */
const WARM = 20_000;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('a hundred thousand users in a row, a thousand of them hot, leave the memory of the process as it was', async () => {
  const child = Bun.spawn([process.execPath, PROGRAM, folder.path, String(USERS), String(HOT)], { stdout: 'pipe' });
  const lines = (await new Response(child.stdout).text()).trimEnd().split('\n');
  expect(await child.exited).toBe(0);
  const measured = lines.map((line): Measurement => JSON.parse(line));
  console.log(measured.map(({ users, rssBytes }) => `${users}: ${Math.round(rssBytes / 2 ** 20)} MiB`).join(', '));

  const warm = measured.find(({ users }) => users === WARM) as Measurement;
  const late = measured.filter(({ users }) => users > WARM);
  expect(late.at(-1)?.users).toBe(USERS);
  for (const { hot, cool } of late) {
    expect(hot).toBe(HOT);
    // The others are gone, but for some that the collector has not come to.
    expect(cool).toBeLessThan(HOT);
  }
  // A measurement holds what the collector has not come to; the least of some holds what stays, and a leak lifts that too.
  const least = (some: readonly Measurement[], key: 'rssBytes' | 'heapBytes') =>
    Math.min(...some.map((one) => one[key]));
  for (const key of ['rssBytes', 'heapBytes'] as const) {
    expect(least(late.slice(-3), key) / least([warm, ...late.slice(0, 2)], key)).toBeLessThan(1.15);
  }
}, 180_000);
