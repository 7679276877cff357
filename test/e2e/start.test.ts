import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { type ProcessEnd, runServer, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
const running: ServerProcess[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.kill()));
  folder.remove();
});

const start = async (env: Record<string, string> = {}): Promise<ServerProcess> => {
  const server = await startServerProcess({ folder: folder.path, env });
  running.push(server);
  return server;
};

/** Asserts a start that was refused: 1, nothing on standard output, sentences on standard error and no stack. */
const expectRefusal = (end: ProcessEnd, ...sentences: (string | RegExp)[]): void => {
  expect(end).toMatchObject({ exitCode: 1, signal: null, stdout: '' });
  const lines = end.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(sentences.length);
  sentences.forEach((sentence, i) => {
    expect(lines[i]).toMatch(sentence);
    expect(lines[i]).toMatch(/^[\w`].*[.?]$|^[\w`].*PORT=\d+$/);
  });
  expect(end.stderr).not.toMatch(/^\s+at |node_modules|\.ts:\d|Error:/m);
};

describe('a start that cannot be', () => {
  test('says that the port is taken, which one, and how to take another', async () => {
    const { port } = await start();
    const other = temporaryFolder();
    const end = await runServer({ folder: other.path, env: { PORT: String(port) } });
    other.remove();
    expectRefusal(end, /listening/);
    expect(end.stderr).toContain(String(port));
  });

  test('proposes another port than the one that is taken', async () => {
    const proposal = 8001;
    const taken = (() => {
      try {
        return Bun.serve({ hostname: '127.0.0.1', port: proposal, fetch: () => new Response() });
      } catch {
        return null; // taken by another program, which is as good
      }
    })();
    const end = await runServer({ folder: folder.path, env: { PORT: String(proposal) } });
    await taken?.stop(true);
    expectRefusal(end, /listening/);
    expect(end.stderr).not.toContain(`PORT=${proposal}`);
  });

  test('leaves the server that has the port alone', async () => {
    const first = await start();
    await runServer({ folder: folder.path, env: { PORT: String(first.port) } });
    const answer = await fetch(`${first.origin}/api/v1/health/ready`);
    expect(answer.status).toBe(200);
  });

  test('says that an address is not one of this machine', async () => {
    const env = { HOST: '192.0.2.1', MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED: 'true' };
    expectRefusal(await runServer({ folder: folder.path, env }), /192\.0\.2\.1/);
  });

  test.each(['300.0.0.1', '999.1.1.1', 'nosuch.invalid', 'foo bar', '127.0.0.1:80', '::zz'])(
    'says that "%s" is nothing to listen on',
    async (HOST) => {
      const env = { HOST, MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' };
      const end = await runServer({ folder: folder.path, env });
      expectRefusal(end, /^server\.host is ".*", on which nothing can listen \(.*\)\. Set HOST to /);
      expect(end.stderr).toContain(`server.host is "${HOST}"`);
    },
  );

  test('names the address from wherever it was set', async () => {
    const env = { MEMFUSE_SERVER__HOST: '192.0.2.1', MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED: 'true' };
    expectRefusal(await runServer({ folder: folder.path, env }), /192\.0\.2\.1/);
  });

  test('refuses to listen where other machines reach it without keys, and says both ways out', async () => {
    const end = await runServer({ folder: folder.path, env: { HOST: '0.0.0.0' } });
    expectRefusal(end, /server\.host is 0\.0\.0\.0/);
    expect(end.stderr).toContain('MEMFUSE_SERVER__API_KEY_VALIDATION=true');
    expect(end.stderr).toContain('MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED=true');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('refuses a setting of the wrong kind: its name, its value, where it stands', async () => {
    expectRefusal(await runServer({ folder: folder.path, env: { PORT: 'eight' } }), /server\.port.*"eight".*PORT/);
  });

  test('refuses a setting that there is none of and proposes the nearest', async () => {
    const env = { MEMFUSE_SERVER__LOG_LEVLE: 'info' };
    expectRefusal(await runServer({ folder: folder.path, env }), /server\.log_levle.*server\.log_level\?/);
  });

  test('names every setting that is wrong, a line each', async () => {
    const env = { PORT: '-1', MEMFUSE_SERVER__MAX_MESSAGES: 'many', MEMFUSE_SERVER__LOG_LEVEL: 'loud' };
    const lines = [/server\.port is -1/, /server\.max_messages is "many"/, /server\.log_level is "loud"/];
    expectRefusal(await runServer({ folder: folder.path, env }), ...lines);
  });

  test('refuses a settings file that cannot be read, in one sentence with its name', async () => {
    writeFileSync(join(folder.path, 'memfuse.config.json'), '{"server":');
    expectRefusal(await runServer({ folder: folder.path }), /memfuse\.config\.json cannot be read/);
  });

  test('says when the data folder cannot be made', async () => {
    const file = join(folder.path, 'a-file');
    writeFileSync(file, '');
    const env = { MEMFUSE_DATA_DIR: join(file, 'data') };
    expectRefusal(await runServer({ folder: folder.path, env }), /a-file\/data\/memfuse\.db cannot be opened/);
  });

  test('without the runtime of the local model says how to install it', async () => {
    const env = { MEMFUSE_EMBEDDING__PROVIDER: 'transformers', MEMFUSE_EMBEDDING__MODELS_DIR: folder.path };
    const sentence = /^embedding\.provider is transformers, but .* is not installed: .*: bun run transformers$/;
    const end = await runServer({ folder: folder.path, env });
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr.trimEnd()).toMatch(sentence);
  });

  test('says when the database is not a file', async () => {
    mkdirSync(join(folder.path, 'memfuse.db'));
    expectRefusal(await runServer({ folder: folder.path }), /memfuse\.db cannot be opened/);
  });

  test('says when the database is no database', async () => {
    writeFileSync(join(folder.path, 'memfuse.db'), 'Dear diary, '.repeat(500));
    const sentence = /memfuse\.db is damaged, or is no database: .*put a copy in its place/;
    expectRefusal(await runServer({ folder: folder.path }), sentence);
  });

  test('says when the database was written by a later version', async () => {
    const db = new Database(join(folder.path, 'memfuse.db'), { create: true });
    db.run('PRAGMA user_version = 9999');
    db.close();
    expectRefusal(await runServer({ folder: folder.path }), /schema version 9999/);
  });

  test.each([
    ['postgres://memfuse:hunter2@127.0.0.1:1/memfuse', /No Postgres answers at 127\.0\.0\.1:1\./],
    ['postgres://memfuse:hunter2@127.0.0.1', /DATABASE_URL is no address of Postgres/],
    ['mysql://memfuse:hunter2@127.0.0.1/memfuse', /DATABASE_URL starts with "mysql:"/],
  ])('says what is wrong with %s, without its password', async (url, sentence) => {
    const end = await runServer({ folder: folder.path, env: { DATABASE_URL: url } });
    expectRefusal(end, sentence);
    expect(end.stdout + end.stderr).not.toContain('hunter2');
  });
});

describe('a start that works', () => {
  /** Runs what the report proposes the way a person does: pasted into a shell. */
  const paste = async (command: string): Promise<{ exitCode: number; printed: string }> => {
    const shell = Bun.spawn(['sh', '-c', command], { stdout: 'pipe', stderr: 'ignore' });
    return { exitCode: await shell.exited, printed: await new Response(shell.stdout).text() };
  };
  const curlLine = ({ report }: ServerProcess): string => /^ {2}try it +(.*)$/m.exec(report)?.[1] ?? '';

  test('is what `bun run dev` runs', () => {
    expect(packageJson.scripts.dev).toBe('bun src/main.ts');
  });

  test('prints a curl line that works when it is pasted', async () => {
    const { exitCode, printed } = await paste(curlLine(await start()));
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ status: 'success', code: 200, data: { users: [] } });
  });

  test('prints a curl line that works for an address that is a name', async () => {
    const { exitCode, printed } = await paste(curlLine(await start({ HOST: 'localhost' })));
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ status: 'success', code: 200 });
  });

  test('with keys, prints a curl line that asks for one', async () => {
    const { exitCode, printed } = await paste(curlLine(await start({ MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' })));
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ code: 401, message: 'Authentication failed: Invalid API key' });
  });

  test('listens beyond loopback when it was told so in so many words, and says it loudly', async () => {
    const { report } = await start({ HOST: '0.0.0.0', MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED: 'true' });
    expect(report).toContain('OFF, AND OTHER MACHINES CAN CONNECT');
  });

  test('says where everything is: address, database, settings', async () => {
    const file = join(folder.path, 'memfuse.config.yaml');
    writeFileSync(file, 'server:\n  max_messages: 7\n');
    const { report, origin } = await start();
    expect(report).toContain(`MemFuse ${packageJson.version}\n`);
    expect(report).toContain(origin);
    expect(report).toContain(join(folder.path, 'memfuse.db'));
    expect(report).toContain(file);
  });

  test('serves though a setting of an earlier version is named, and says that it is gone', async () => {
    const server = await start({ MEMFUSE_DATABASE__POOL_SIZE: '20' });
    const sentence = 'database.pool_size (MEMFUSE_DATABASE__POOL_SIZE) is no longer a setting and has no effect';
    expect(server.report).toMatch(/^ {2}warning +database\.pool_size /m);
    expect((await fetch(`${server.origin}/api/v1/users`)).status).toBe(200);
    server.signal('SIGTERM');
    expect((await server.ended).complaints).toContain(`"msg":"${sentence}`);
  });

  test('listens where MEMFUSE_HOST and MEMFUSE_PORT say, and warns of a variable that is nearly one', async () => {
    const server = await start({
      PORT: '1',
      MEMFUSE_PORT: '0',
      MEMFUSE_HOST: 'localhost',
      MEMFUSE_DATADIR: '/nowhere',
    });
    expect(server.hostname).toBe('localhost');
    expect((await fetch(`${server.origin}/api/v1/users`)).status).toBe(200);
    expect(server.report).toMatch(/^ {2}warning +MEMFUSE_DATADIR sets nothing .* Did you mean MEMFUSE_DATA_DIR\?/m);
  });

  test('names only commands that exist', async () => {
    const open = await start();
    const keyed = await start({ MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' });
    const refused = await runServer({ folder: folder.path, env: { HOST: '0.0.0.0' } });
    const said = open.report + keyed.report + refused.stderr;
    const commands = [...said.matchAll(/bun run ([\w:-]+)/g)].map(([, name]) => name);
    expect(commands).not.toBeEmpty();
    expect(commands.filter((name) => !Object.hasOwn(packageJson.scripts, name ?? ''))).toEqual([]);
  });

  test('keeps quiet: a line in the log at its start and at its stop, nothing after the report', async () => {
    const server = await start();
    await fetch(`${server.origin}/api/v1/users`);
    await fetch(`${server.origin}/nowhere`);
    server.signal('SIGTERM');
    const { stdout, stderr, complaints } = await server.ended;
    expect({ stdout, complaints }).toEqual({ stdout: server.report, complaints: '' });
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['the server listens', 'the server stops', 'the server has stopped']);
  });

  test('finds again what an earlier one stored', async () => {
    const create = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Ada"}' };
    const first = await start();
    await fetch(`${first.origin}/api/v1/users`, create);
    first.signal('SIGTERM');
    await first.ended;
    const second = await start();
    const answer = await fetch(`${second.origin}/api/v1/users?name=Ada`);
    expect(answer.status).toBe(200);
  });

  test('lets a second server of the same data answer for what the first stores', async () => {
    const [first, second] = [await start(), await start()];
    const create = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Ada"}' };
    expect((await fetch(`${first.origin}/api/v1/users`, create)).status).toBe(201);
    expect((await fetch(`${second.origin}/api/v1/users?name=Ada`)).status).toBe(200);
    expect((await fetch(`${second.origin}/api/v1/users`, create)).status).toBe(400);
  });
});

test('the log holds no text of a message at any level, whatever goes wrong with it', async () => {
  const server = await start({ MEMFUSE_SERVER__LOG_LEVEL: 'trace' });
  const post = (path: string, body: string): Promise<Response> =>
    fetch(`${server.origin}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const text = 'crimsonweasel';
  await post('/users', JSON.stringify({ name: text, description: text }));
  await post('/users', `{"name":"${text}`);
  await post('/users', JSON.stringify({ name: { [text]: text } }));
  await post(`/sessions/${text}/messages`, JSON.stringify({ messages: [{ role: 'user', content: text }] }));
  await post(`/users/${text}/query`, JSON.stringify({ query: text }));
  server.signal('SIGTERM');
  const { stderr, stdout } = await server.ended;
  expect(stderr + stdout).not.toContain(text);
});
