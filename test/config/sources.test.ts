import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SETTINGS } from '../../src/config/schema.ts';
import { FILE_ENDINGS, findFile, readFileEntries, readVariables, SourceError } from '../../src/config/sources.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEED = 20_261_123;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (name: string, text: string): string => {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
};

/** Each value by its path. */
const valuesOf = (entries: readonly { path: string; value: unknown }[]): Record<string, unknown> =>
  Object.fromEntries(entries.map(({ path, value }) => [path, value]));

describe('the settings file', () => {
  test('is none when there is none', () => {
    expect(findFile({}, folder.path)).toBeNull();
  });

  test.each([...FILE_ENDINGS])('is found in the working folder as memfuse.config%s', (ending) => {
    const file = write(`memfuse.config${ending}`, '');
    expect(findFile({}, folder.path)).toBe(file);
  });

  test('is the first of several, in the order of the endings', () => {
    for (const ending of FILE_ENDINGS.toReversed()) write(`memfuse.config${ending}`, '');
    expect(findFile({}, folder.path)).toBe(join(folder.path, 'memfuse.config.json'));
  });

  test('is the one that MEMFUSE_CONFIG names, against the working folder, whether it exists or not', () => {
    write('memfuse.config.json', '{}');
    expect(findFile({ MEMFUSE_CONFIG: 'other.toml' }, folder.path)).toBe(join(folder.path, 'other.toml'));
    expect(findFile({ MEMFUSE_CONFIG: '/etc/memfuse.yaml' }, folder.path)).toBe('/etc/memfuse.yaml');
    expect(findFile({ MEMFUSE_CONFIG: '' }, folder.path)).toBe(join(folder.path, 'memfuse.config.json'));
  });
});

describe('reading a settings file', () => {
  const EXPECTED = {
    data_dir: './elsewhere',
    'server.port': 9000,
    'server.api_key_validation': true,
    'server.cors_origins': ['http://a', 'http://b'],
  };

  test.each([
    [
      '.json',
      JSON.stringify({
        data_dir: './elsewhere',
        server: { port: 9000, api_key_validation: true, cors_origins: ['http://a', 'http://b'] },
      }),
    ],
    [
      '.yaml',
      'data_dir: ./elsewhere\nserver:\n  port: 9000\n  api_key_validation: true\n  cors_origins: [http://a, http://b]\n',
    ],
    [
      '.yml',
      '# a comment\ndata_dir: "./elsewhere"\nserver: {port: 9000, api_key_validation: true, cors_origins: [http://a, http://b]}\n',
    ],
    [
      '.toml',
      'data_dir = "./elsewhere"\n[server]\nport = 9000\napi_key_validation = true\ncors_origins = ["http://a", "http://b"]\n',
    ],
  ])('gives the same entries from %s', async (ending, text) => {
    const file = write(`settings${ending}`, text);
    const entries = await readFileEntries(file);
    expect(valuesOf(entries)).toEqual(EXPECTED);
    expect(new Set(entries.map(({ source }) => source))).toEqual(new Set([file]));
  });

  test.each([
    ['.json', '{}'],
    ['.yaml', ''],
    ['.yaml', '# nothing but a comment\n'],
    ['.toml', ''],
    ['.toml', '[server]\n'],
    ['.json', '{"server":{}}'],
    ['.yaml', 'server:\n  # port: 9000\n'],
  ])('finds nothing in an empty %s file: %j', async (ending, text) => {
    expect(await readFileEntries(write(`settings${ending}`, text))).toEqual([]);
  });

  test.each([
    ['settings.json', '{"server":'],
    ['settings.yaml', 'server:\n  port: [1, 2\n'],
    ['settings.toml', 'server = = 1'],
    ['settings.ini', '[server]'],
    ['settings', '{}'],
  ])('says in one sentence that %s cannot be read', async (name, text) => {
    const file = write(name, text);
    const reading = readFileEntries(file);
    expect(reading).rejects.toThrow(SourceError);
    const message = await reading.then(String, (error: Error) => error.message);
    expect(message).toStartWith(`The settings file ${file} cannot be read: `);
    expect(message).not.toContain('\n');
  });

  test('names the endings that a settings file may have', async () => {
    expect(readFileEntries(write('settings.ini', ''))).rejects.toThrow('.json, .yaml, .yml, .toml');
  });

  test('says that a file is missing, or is a folder', async () => {
    expect(readFileEntries(join(folder.path, 'absent.json'))).rejects.toThrow(/absent\.json cannot be read: ENOENT/);
    mkdirSync(join(folder.path, 'folder.json'));
    expect(readFileEntries(join(folder.path, 'folder.json'))).rejects.toThrow(/folder\.json cannot be read: EISDIR/);
  });

  test.each(['[1]', '"text"', '5', 'true'])('refuses a file that holds no sections: %s', async (text) => {
    expect(readFileEntries(write('settings.json', text))).rejects.toThrow(/must hold sections with keys/);
  });

  test('takes any JSON object apart and no file can reach the prototype of objects', async () => {
    const json = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const entries = await readFileEntries(write('settings.json', JSON.stringify(value)));
        expect(entries.every(({ path }) => typeof path === 'string')).toBe(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('reading the environment', () => {
  test('takes the variables with names of their own', () => {
    const env = {
      PORT: '9000',
      HOST: 'localhost',
      DATABASE_URL: 'sqlite:x',
      REDIS_URL: 'redis://y',
      MEMFUSE_DATA_DIR: 'z',
    };
    expect(valuesOf(readVariables(env))).toEqual({
      'server.port': 9000,
      'server.host': 'localhost',
      'database.url': 'sqlite:x',
      'redis.url': 'redis://y',
      data_dir: 'z',
    });
  });

  test('takes MEMFUSE_<SECTION>__<KEY> for any setting, whatever its case', () => {
    for (const { path } of SETTINGS.filter((setting) => setting.path.includes('.'))) {
      const variable = `MEMFUSE_${path.replace('.', '__').toUpperCase()}`;
      expect(readVariables({ [variable]: 'x' }).map((entry) => entry.path)).toEqual([path]);
      expect(readVariables({ [variable.toLowerCase()]: 'x' }).map((entry) => entry.path)).toEqual(
        variable.toLowerCase().startsWith('memfuse_') ? [path] : [],
      );
    }
  });

  test('names the variable as the source', () => {
    expect(readVariables({ MEMFUSE_SERVER__PORT: '1' })[0]?.source).toBe('MEMFUSE_SERVER__PORT');
    expect(readVariables({ PORT: '1' })[0]?.source).toBe('PORT');
  });

  test("leaves the SDK's variables and those of others alone", () => {
    const env = {
      MEMFUSE_API_KEY: 'k',
      MEMFUSE_DEBUG: '1',
      MEMFUSE_CONFIG: 'x.json',
      MEMFUSE_: 'x',
      MEMFUSE__X: 'y',
      PATH: '/bin',
    };
    expect(readVariables(env)).toEqual([]);
  });

  test('counts an empty variable as absent', () => {
    expect(readVariables({ PORT: '', MEMFUSE_SERVER__PORT: '', HOST: undefined })).toEqual([]);
  });

  test('puts the spelled-out name behind the short one, so that it wins', () => {
    const paths = readVariables({ MEMFUSE_SERVER__PORT: '2', PORT: '1' });
    expect(paths.map(({ value }) => value)).toEqual([1, 2]);
  });

  test.each([
    ['8000', 8000],
    [' 8000 ', 8000],
    ['1e3', 1000],
    ['-1', -1],
    ['eight', 'eight'],
    ['80 00', '80 00'],
    [' ', ' '],
  ])('reads %j as a number where the setting is one, and leaves what is none as text', (text, value) => {
    expect(readVariables({ PORT: text })[0]?.value).toBe(value);
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    [' 1 ', true],
    ['false', false],
    ['0', false],
    ['yes', 'yes'],
    ['2', '2'],
  ])('reads %j as a truth value where the setting is one', (text, value) => {
    expect(readVariables({ MEMFUSE_SERVER__API_KEY_VALIDATION: text })[0]?.value).toBe(value);
  });

  test('reads a list at its commas', () => {
    const env = { MEMFUSE_SERVER__CORS_ORIGINS: 'http://a, http://b ,,http://c,' };
    expect(readVariables(env)[0]?.value).toEqual(['http://a', 'http://b', 'http://c']);
  });

  test('never throws, whatever the environment holds', () => {
    const name = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `MEMFUSE_${rest}`),
      fc.constantFrom('PORT', 'MEMFUSE_A__B'),
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), (env) => {
        for (const { path, source } of readVariables(env)) {
          expect(env[source]).not.toBeEmpty();
          expect(path).not.toBeEmpty();
        }
      }),
      { seed: SEED },
    );
  });
});
