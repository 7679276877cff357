import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SettingsError, settingsFrom } from '../../src/config/load.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { runServer } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Asserts that a start ends with 1 and one sentence, having stored nothing; returns the sentence. */
const refusal = async (env: Record<string, string>): Promise<string> => {
  const { exitCode, signal, stdout, stderr } = await runServer({ folder: folder.path, env });
  expect({ exitCode, signal, stdout }).toEqual({ exitCode: 1, signal: null, stdout: '' });
  const [sentence = '', ...more] = stderr.trimEnd().split('\n');
  expect(more).toEqual([]);
  expect(existsSync(join(folder.path, 'memfuse.db'))).toBe(false);
  return sentence;
};

describe('a start is refused with one sentence that names key, value and allowed range', () => {
  test.each([
    ['no Workers', 'MEMFUSE_MEMORY__BACKGROUND__WORKERS', '0', 'memory.background.workers', '1 to 64'],
    ['less than no Workers', 'MEMFUSE_MEMORY__BACKGROUND__WORKERS', '-1', 'memory.background.workers', '1 to 64'],
    ['too many Workers', 'MEMFUSE_MEMORY__BACKGROUND__WORKERS', '65', 'memory.background.workers', '1 to 64'],
    ['no queue', 'MEMFUSE_MEMORY__BACKGROUND__QUEUE_SIZE', '0', 'memory.background.queue_size', '1 to 1000000'],
    ['no lease', 'MEMFUSE_MEMORY__BACKGROUND__LEASE', '0', 'memory.background.lease', '0.1 to 3600'],
    ['no hot users', 'MEMFUSE_MEMORY__HOT_USERS', '0', 'memory.hot_users', '1 to 10000000'],
    [
      'no flush workers',
      'MEMFUSE_BUFFER__PERFORMANCE__MAX_FLUSH_WORKERS',
      '0',
      'buffer.performance.max_flush_workers',
      '1 to 64',
    ],
  ])('%s', async (_what, variable, value, key, range) => {
    expect(await refusal({ [variable]: value })).toBe(`${key} is ${value} (${variable}): it must be from ${range}.`);
  });

  test.each([
    [
      { retry_delay: 60, max_retry_delay: 30 },
      'memory.background.max_retry_delay is 30 (FILE): must be at least memory.background.retry_delay, which is 60.',
    ],
    [
      { retry_delay: 31 },
      'memory.background.max_retry_delay is 30 (default): must be at least memory.background.retry_delay, which is 31.',
    ],
  ])('a least that is above the most: %j', async (background, sentence) => {
    const file = join(folder.path, 'memfuse.config.json');
    writeFileSync(file, JSON.stringify({ memory: { background } }));
    expect(await refusal({})).toBe(sentence.replace('FILE', file));
  });

  test('a flush that is forced before it is due', async () => {
    const variable = 'MEMFUSE_BUFFER__PERFORMANCE__FORCE_FLUSH_TIMEOUT';
    expect(await refusal({ [variable]: '59' })).toBe(
      `buffer.performance.force_flush_timeout is 59 (${variable}): must be at least buffer.performance.flush_interval, which is 60.`,
    );
  });

  test('a number that is none', async () => {
    const variable = 'MEMFUSE_MEMORY__BACKGROUND__WORKERS';
    const sentence = await refusal({ [variable]: 'three' });
    expect(sentence).toStartWith(`memory.background.workers is "three" (${variable}): `);
    expect(sentence).toContain('expected number');
  });
});

const NUMBERS = SETTINGS.flatMap(({ path, schema }) =>
  schema instanceof z.ZodNumber ? [[path, schema.minValue ?? Number.NaN, schema.maxValue ?? Number.NaN] as const] : [],
);

test.each(NUMBERS)('%s has a least and a most, and a value beyond either is refused by them', (path, least, most) => {
  for (const value of [least - 1, most + 1, -1e9, 1e15]) {
    const attempt = () => settingsFrom([{ path, value, source: 'test' }]);
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(`${path} is ${JSON.stringify(value)} (test): it must be from ${least} to ${most}.`);
  }
});
