import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { SettingsError, settingsFrom } from '../../src/config/load.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (settings: object | string): void =>
  writeFileSync(
    join(folder.path, 'memfuse.config.json'),
    typeof settings === 'string' ? settings : JSON.stringify(settings),
  );

const open = (env: Record<string, string> = {}) => GlobalConfig.initialize({ env, folder: folder.path });
const hybrid = (max_size: number) => ({ buffer: { hybrid_buffer: { max_size } } });

describe('the settings of the process', () => {
  test('are looked up by their path, with a usual value for what is absent', async () => {
    write(hybrid(7));
    const config = await open();
    expect([
      config.get('buffer.hybrid_buffer.max_size'),
      config.get('buffer.round_buffer.max_tokens'),
      config.get('database.url'),
      config.get('database.url', 'sqlite:here'),
      config.get('no.such.key', 4),
      config.get('no.such.key'),
    ]).toEqual([7, 800, undefined, 'sqlite:here', 4, undefined]);
  });

  test('are all there by their path, each as its section has it', async () => {
    const config = await open();
    for (const { path, defaultValue } of SETTINGS) expect(config.get(path)).toEqual(defaultValue);
    expect(config.getSection('memory').background).toMatchObject({ workers: 3, queue_size: 1_000, lease: 30 });
    expect(config.getSection('buffer')).toBe(config.current.buffer);
  });

  test('are frozen, and the same until a reload', async () => {
    const config = await open();
    expect(() => Object.assign(config.current.buffer.hybrid_buffer, { max_size: 1 })).toThrow(TypeError);
    expect(config.current).toBe(config.current);
  });

  test('stop the start when they cannot be used', async () => {
    write(hybrid(0));
    expect(await open().catch((error) => error)).toBeInstanceOf(SettingsError);
  });

  test('may come from nowhere, for tools', () => {
    const config = GlobalConfig.of(settingsFrom([{ path: 'server.port', value: 4, source: 'test' }]));
    expect([config.get('server.port'), config.file]).toEqual([4, null]);
  });
});

describe('a reload', () => {
  test('puts new settings in place of the old ones, which whoever holds them keeps as they were', async () => {
    write(hybrid(7));
    const config = await open();
    const before = config.current;
    write(hybrid(8));
    expect(await config.reload()).toEqual({ applied: true, changed: ['buffer.hybrid_buffer.max_size'] });
    expect([config.get('buffer.hybrid_buffer.max_size'), before.buffer.hybrid_buffer.max_size]).toEqual([8, 7]);
    expect(Object.isFrozen(config.current.buffer.hybrid_buffer)).toBe(true);
  });

  test('leaves what the environment says above the file', async () => {
    write(hybrid(7));
    const config = await open({ MEMFUSE_BUFFER__HYBRID_BUFFER__MAX_SIZE: '9', MEMFUSE_DATA_DIR: './d' });
    write({ ...hybrid(8), data_dir: './elsewhere' });
    expect([config.get('buffer.hybrid_buffer.max_size'), await config.reload()]).toEqual([
      9,
      { applied: true, changed: [] },
    ]);
  });

  test('that is refused keeps the very settings that were there, and tells nobody', async () => {
    const config = await open();
    const told: unknown[] = [];
    config.subscribe((changed) => told.push(changed));
    const before = config.current;
    for (const bad of ['{', hybrid(0), { memory: { hot_users: 3 } }, { buffer: { x: 1 } }]) {
      write(bad);
      expect(await config.reload()).toMatchObject({ applied: false });
    }
    expect([config.current === before, told]).toEqual([true, []]);
  });

  test('tells each subscriber once of all that changed, until they end it', async () => {
    const config = await open();
    const told: string[] = [];
    const endAnn = config.subscribe((changed) => told.push(`ann: ${changed}`));
    config.subscribe((changed) => told.push(`bob: ${changed}`));
    write({ ...hybrid(8), memory: { background: { max_retries: 1 } } });
    await config.reload();
    const both = 'buffer.hybrid_buffer.max_size,memory.background.max_retries';
    expect(told).toEqual([`ann: ${both}`, `bob: ${both}`]);
    endAnn();
    write(hybrid(8));
    await config.reload();
    expect(told.slice(2)).toEqual(['bob: memory.background.max_retries']);
    config.close();
    write({});
    await config.reload();
    expect(told).toHaveLength(3);
  });

  test('that many ask for at once happens once more for all of them, and the last word of the file counts', async () => {
    write(hybrid(1));
    const config = await open();
    const told: unknown[] = [];
    config.subscribe((changed) => told.push(changed));
    write(hybrid(2));
    const first = config.reload();
    write(hybrid(3));
    const others = [config.reload(), config.reload(), config.reload()];
    expect(new Set(others).size).toBe(1);
    expect(await first).toMatchObject({ applied: true });
    expect(await others[0]).toMatchObject({ applied: true });
    expect(config.get('buffer.hybrid_buffer.max_size')).toBe(3);
    expect(told.length).toBeLessThanOrEqual(2);
  });
});
