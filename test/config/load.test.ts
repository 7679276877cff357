import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadSettings, SettingsError, settingsFrom } from '../../src/config/load.ts';
import { isLoopback } from '../../src/config/loopback.ts';
import { SETTINGS, type Settings } from '../../src/config/schema.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SEED = 20_261_123;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const writeFile = (text: string, name = 'memfuse.config.yaml'): string => {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
};

const load = (env: Record<string, string> = {}) => loadSettings(env, folder.path);

/** The sentences that a load is refused with. */
const problemsOf = async (env: Record<string, string> = {}): Promise<readonly string[]> => {
  const error = await load(env).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingsError);
  return (error as SettingsError).problems;
};

const at = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings);

describe('settings that can be used', () => {
  test('are the defaults when nothing is said', async () => {
    const { settings, file } = await load();
    expect(file).toBeNull();
    for (const { path, defaultValue } of SETTINGS) expect(at(settings, path)).toEqual(defaultValue);
    expect(settings.server).toMatchObject({ host: '127.0.0.1', port: 8000, api_key_validation: false });
    expect(settings.server.rate_limit_per_minute).toBe(20_000);
  });

  test('are described, every one of them, with a variable that sets it', async () => {
    expect(SETTINGS.filter(({ description }) => description === '')).toEqual([]);
    expect(new Set(SETTINGS.map(({ variable }) => variable)).size).toBe(SETTINGS.length);
    const env = { MEMFUSE_SERVER__LOG_LEVEL: 'debug', MEMFUSE_RETRIEVAL__INDEX_MAX_BYTES: '2000000' };
    const { settings } = await load(env);
    expect([settings.server.log_level, settings.retrieval.index_max_bytes]).toEqual(['debug', 2_000_000]);
  });

  test('come from the file over the defaults, and say which file', async () => {
    const written = writeFile('server:\n  port: 9000\n');
    const { settings, file } = await load();
    expect([settings.server.port, settings.server.host, file]).toEqual([9000, '127.0.0.1', written]);
  });

  test('come from the environment over the file, key by key', async () => {
    writeFile('server:\n  port: 9000\n  max_messages: 7\n');
    const { settings } = await load({ PORT: '9001' });
    expect([settings.server.port, settings.server.max_messages]).toEqual([9001, 7]);
  });

  test('come from the spelled-out variable over the short one', async () => {
    const { settings } = await load({ PORT: '9001', MEMFUSE_SERVER__PORT: '9002' });
    expect(settings.server.port).toBe(9002);
  });

  test('come from the short variable with the prefix over the one without, which others set as well', async () => {
    const short = { PORT: '9001', HOST: '127.0.0.2', MEMFUSE_PORT: '9002', MEMFUSE_HOST: '127.0.0.3' };
    expect((await load(short)).settings.server).toMatchObject({ port: 9002, host: '127.0.0.3' });
    expect((await load({ ...short, MEMFUSE_SERVER__PORT: '9003' })).settings.server.port).toBe(9003);
  });

  test('come from the short variable over the file even so', async () => {
    writeFile('data_dir: ./from-file\n');
    expect((await load({ MEMFUSE_DATA_DIR: './from-env' })).settings.data_dir).toBe('./from-env');
  });

  test('replace a list as a whole', async () => {
    writeFile('server:\n  cors_origins: [http://a, http://b]\n');
    const { settings } = await load({ MEMFUSE_SERVER__CORS_ORIGINS: 'http://c' });
    expect(settings.server.cors_origins).toEqual(['http://c']);
  });

  test('are frozen to the last list', async () => {
    const { settings } = await load();
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every((child) => isFrozen(child)));
    expect(isFrozen(settings)).toBe(true);
    expect(() => Object.assign(settings.server, { port: 1 })).toThrow(TypeError);
  });

  test('may listen beyond loopback with keys, or when it is said that nobody needs one', async () => {
    expect((await load({ HOST: '0.0.0.0', MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' })).settings.server.host).toBe(
      '0.0.0.0',
    );
    expect((await load({ HOST: '::', MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED: 'true' })).settings.server.host).toBe('::');
  });

  test('follow one order of precedence, whatever is set where', async () => {
    const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(port, port, port, async (inFile, short, spelled) => {
        writeFile(inFile === undefined ? '{}' : `server: { port: ${inFile} }`);
        const { settings } = await load({
          ...(short !== undefined && { PORT: String(short) }),
          ...(spelled !== undefined && { MEMFUSE_SERVER__PORT: String(spelled) }),
        });
        expect(settings.server.port).toBe(spelled ?? short ?? inFile ?? 8000);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});

describe('settings that were removed', () => {
  const GONE =
    'is no longer a setting and has no effect: SQLite needs one connection for requests and one for the background. Take it out.';

  test.each(['pool_size', 'pool_timeout', 'leak_after'])(
    'database.%s has no effect, which a warning says',
    async (key) => {
      const variable = `MEMFUSE_DATABASE__${key.toUpperCase()}`;
      const file = writeFile(`database:\n  ${key}: lots\n`);
      const { settings, warnings } = await load({ [variable]: '0' });
      expect(warnings).toEqual([`database.${key} (${file}) ${GONE}`, `database.${key} (${variable}) ${GONE}`]);
      expect(settings).toEqual(settingsFrom([]));
    },
  );

  test('give no warning when nobody names them', async () => {
    expect((await load({ MEMFUSE_SERVER__LOG_LEVEL: 'debug' })).warnings).toEqual([]);
  });
});

describe('variables that set nothing', () => {
  test.each([
    ['MEMFUSE_PROT', 'MEMFUSE_PORT'],
    ['MEMFUSE_DATADIR', 'MEMFUSE_DATA_DIR'],
    ['MEMFUSE_SERVER_PORT', 'MEMFUSE_SERVER__PORT'],
    ['MEMFUSE_LOG_LEVEL', 'MEMFUSE_SERVER__LOG_LEVEL'],
    ['MEMFUSE_BUFFER_ENABLE', 'MEMFUSE_BUFFER_ENABLED'],
    ['MEMFUSE_EMBEDDING_PROVIDER', 'MEMFUSE_EMBEDDING__PROVIDER'],
  ])('%s is warned of, with the name that is near: %s', async (variable, nearest) => {
    const sentence = `${variable} sets nothing and has no effect. Did you mean ${nearest}?`;
    expect((await load({ [variable]: '1' })).warnings).toEqual([sentence]);
  });

  test.each(['MEMFUSE_API_KEY', 'MEMFUSE_BASE_URL', 'MEMFUSE_REQUIRE_PYTHON_SDK', 'MEMFUSE_BACKUP_BUCKET', 'PROT'])(
    '%s may be somebody else’s and is left alone',
    async (variable) => {
      expect((await load({ [variable]: '1' })).warnings).toEqual([]);
    },
  );

  test('are none when they are known or empty', async () => {
    expect((await load({ MEMFUSE_DATA_DIR: './d', MEMFUSE_BUFFER_ENABLED: '1', MEMFUSE_PROT: '' })).warnings).toEqual(
      [],
    );
  });
});

describe('settings that cannot be used', () => {
  test.each([
    ['MEMFUSE_SERVER__PROT', 'server.prot', 'server.port'],
    ['MEMFUSE_SERVER__API_KEY_VALIDATON', 'server.api_key_validaton', 'server.api_key_validation'],
    ['MEMFUSE_RETRIEVAL__INDEX_BYTES', 'retrieval.index_bytes', 'retrieval.index_max_bytes'],
    ['MEMFUSE_SEVRER__PORT', 'sevrer.port', 'server.port'],
    ['MEMFUSE_REDIS__URI', 'redis.uri', 'redis.url'],
    ['MEMFUSE_SERVER__RATE_LIMIT', 'server.rate_limit', 'server.rate_limit_per_minute'],
    ['MEMFUSE_SERVER__PORT_NUMBER', 'server.port_number', 'server.port'],
    ['MEMFUSE_SERVER__CORS__ORIGINS', 'server.cors.origins', 'server.cors_origins'],
  ])('%s is not one: the nearest is proposed', async (variable, path, nearest) => {
    const sentence = `There is no setting ${path} (${variable}). Did you mean ${nearest}?`;
    expect(await problemsOf({ [variable]: 'x' })).toEqual([sentence]);
  });

  test('are refused in a file, with the name of the file', async () => {
    const file = writeFile('server:\n  prot: 9000\ndatadir: x\n');
    expect(await problemsOf()).toEqual([
      `There is no setting server.prot (${file}). Did you mean server.port?`,
      `There is no setting datadir (${file}). Did you mean data_dir?`,
    ]);
  });

  test.each(['__proto__', 'constructor', 'toString'])('%s is not one', async (key) => {
    writeFile(JSON.stringify({ server: { [key]: 1 } }).replace('{}', `{"${key}":1}`), 'memfuse.config.json');
    expect((await problemsOf())[0]).toStartWith(`There is no setting server.${key} `);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each([
    ['PORT', 'eight', /^server\.port is "eight" \(PORT\): .*expected number, received string\.$/],
    ['PORT', '65536', /^server\.port is 65536 \(PORT\): it must be from 0 to 65535\.$/],
    ['PORT', '-1', /^server\.port is -1 \(PORT\): it must be from 0 to 65535\.$/],
    ['PORT', '80.5', /^server\.port is 80\.5 \(PORT\): .*int.*\.$/],
    [
      'MEMFUSE_SERVER__MAX_MESSAGES',
      '0',
      /^server\.max_messages is 0 \(MEMFUSE_SERVER__MAX_MESSAGES\): it must be from 1 to 100000\.$/,
    ],
    ['MEMFUSE_SERVER__LOG_LEVEL', 'loud', /^server\.log_level is "loud" \(.*\): .*"silent".*"trace".*\.$/],
    [
      'MEMFUSE_SERVER__API_KEY_VALIDATION',
      'perhaps',
      /^server\.api_key_validation is "perhaps" \(.*\): .*boolean.*\.$/,
    ],
    [
      'MEMFUSE_RETRIEVAL__INDEX_MAX_BYTES',
      '1',
      /^retrieval\.index_max_bytes is 1 \(.*\): it must be from 1048576 to 1099511627776\.$/,
    ],
  ])('%s=%s is refused: its path, its value, where it stands, what is expected', async (variable, text, sentence) => {
    const problems = await problemsOf({ [variable]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });

  test.each(['http://:hunter2@cache', 'cache:6379', 'redis:', 'redis://:hunter2@cache:70000'])(
    'REDIS_URL=%s is refused without being shown',
    async (text) => {
      const sentence =
        'redis.url (REDIS_URL, not shown): it must be redis://user:password@host:6379, or rediss:// for TLS.';
      expect(await problemsOf({ REDIS_URL: text })).toEqual([sentence]);
    },
  );

  test.each(['Infinity', '-Infinity', '1e999'])('PORT=%s is refused, and not said to be null', async (text) => {
    const [sentence] = await problemsOf({ PORT: text });
    expect(sentence).toMatch(/^server\.port is "?-?(Infinity|1e999)"? \(PORT\): /);
  });

  test('are all named at once', async () => {
    const env = { PORT: 'x', MEMFUSE_SERVER__MAX_MESSAGES: 'y', MEMFUSE_SERVER__LOG_LEVEL: 'z' };
    expect(await problemsOf(env)).toHaveLength(3);
  });

  test('are not turned from text into numbers in a file, which has types', async () => {
    const file = writeFile('server:\n  port: "9000"\n');
    expect(await problemsOf()).toEqual([
      `server.port is "9000" (${file}): Invalid input: expected number, received string.`,
    ]);
  });

  test('name the place of a wrong item of a list', async () => {
    const file = writeFile('server:\n  cors_origins: [http://a, 5]\n');
    const [sentence] = await problemsOf();
    expect(sentence).toStartWith('server.cors_origins.1 is ');
    expect(sentence).toContain(file);
  });

  test('name the source that won when several say the same key', async () => {
    writeFile('server:\n  port: 9000\n');
    const [sentence] = await problemsOf({ PORT: 'eight' });
    expect(sentence).toContain('"eight" (PORT)');
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.0.0.1.evil.example', '1270.0.0.1'])(
    'HOST=%s without keys is refused, with both ways out',
    async (host) => {
      const problems = await problemsOf({ HOST: host });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toStartWith(`server.host is ${host}, `);
      expect(problems[0]).toContain('MEMFUSE_SERVER__API_KEY_VALIDATION=true');
      expect(problems[0]).toContain('MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED=true');
    },
  );

  test('are a settings error too when the file itself cannot be read', async () => {
    writeFile('server: [');
    expect((await problemsOf())[0]).toContain('cannot be read');
    expect((await problemsOf({ MEMFUSE_CONFIG: 'absent.yaml' }))[0]).toContain('absent.yaml cannot be read');
  });

  test.each([
    [{ MEMFUSE_LLM__BASE_URL: 'http://localhost:1234/v1' }, 'llm.model is not set: '],
    [{ MEMFUSE_LLM__MODEL: 'llama' }, 'llm.base_url is not set: '],
  ])('say of what is missing that it is not set: %j', async (env, beginning) => {
    const [sentence] = await problemsOf(env);
    expect(sentence).toStartWith(beginning);
    expect(sentence).not.toContain('undefined');
  });

  test('are always said in sentences, whatever is written', () => {
    const path = fc.oneof(fc.constantFrom(...SETTINGS.map((setting) => setting.path)), fc.string());
    const entry = fc.record({ path, value: fc.jsonValue(), source: fc.constant('test') });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        try {
          settingsFrom(entries);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          for (const problem of (error as SettingsError).problems) {
            expect(problem).toMatch(/[.?]$/);
            expect(problem).not.toContain('undefined');
          }
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

test('a problem with an address names it without the password in it', () => {
  const entry = { path: 'embedding.base_url', value: 'ftp://ann:hunter2@models.example', source: 'test' };
  const refused = (() => {
    try {
      return settingsFrom([entry]);
    } catch (error) {
      return error as SettingsError;
    }
  })();
  expect(refused).toBeInstanceOf(SettingsError);
  expect(String((refused as SettingsError).problems)).toContain('//********@models.example');
  expect(String((refused as SettingsError).problems)).not.toContain('hunter2');
});

describe('loopback', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each(['', '0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.nip.io', '::ffff:10.0.0.1'])(
    'is not %j',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
