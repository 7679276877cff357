import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { type CommandEnd, runCommand, startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess | null = null;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await server?.kill();
  server = null;
  folder.remove();
});

/** A server on the folder in which the commands look for its files. */
const startHere = async (): Promise<ServerProcess> => {
  server = await startServerProcess({
    folder: join(folder.path),
    env: { MEMFUSE_DATA_DIR: join(folder.path, 'data') },
  });
  return server;
};
const run = (name: string, args: readonly string[] = [], input?: string): Promise<CommandEnd> =>
  runCommand(folder.path, name, args, {
    env: server ? { MEMFUSE_BASE_URL: server.origin, PORT: String(server.port) } : { PORT: '0' },
    ...(input !== undefined && { input }),
  });

describe('commands that ask a server', () => {
  test('remember, find, and make a block for a prompt', async () => {
    await startHere();
    const added = await run('add', ['I moved to Lisbon in May', '--user', 'alice', '--session', 'move']);
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toMatch(/^Remembered in the session move as \S+\.\n$/);
    expect((await run('add', ['-', '--user', 'alice'], 'My cat is called Mia.')).exitCode).toBe(0);
    const found = await run('query', ['Where do I live?', '--user', 'alice', '--top', '1']);
    expect(found.stdout).toMatch(/^0\.\d\d \d{4}-\d\d-\d\d user {2}I moved to Lisbon in May\n$/);
    const json = JSON.parse((await run('query', ['What is my cat called?', '--user', 'alice', '--json'])).stdout);
    expect(json.results[0].content).toBe('My cat is called Mia.');
    expect((await run('context', ['Where do I live?', '--user', 'alice'])).stdout).toContain('Lisbon');
    expect((await run('status')).stdout).toMatch(
      /^server {5}\d+\.\d+\.\d+, sqlite, vectors by static\nAPI keys {3}off\n/,
    );
  });

  test('say in a sentence that no server answers, and which option is missing', async () => {
    const lost = await runCommand(folder.path, 'status', ['--url', 'http://127.0.0.1:9'], {});
    expect(lost).toMatchObject({ exitCode: 1, stdout: '' });
    expect(lost.stderr).toBe(
      'Nothing answers at http://127.0.0.1:9. Start a server with "memfuse serve", or correct baseUrl.\n',
    );
    expect((await run('query', ['Where?'])).stderr).toContain('Missing required argument: --user');
    expect((await run('qury')).stderr).toBe('There is no command qury. Did you mean query?\n');
  });
});

describe('tail', () => {
  test('prints messages as they come, waits for a server that is started again, and ends at once on Ctrl-C', async () => {
    const { port } = await startHere();
    await run('add', ['The first message', '--user', 'alice', '--session', 'move']);
    const tail = startCommand(folder.path, 'tail', ['--user', 'alice'], {
      env: { MEMFUSE_BASE_URL: `${server?.origin}` },
    });
    await eventually('it tells what was there', () => /move user {2}The first message\n/.test(tail.stdout()));
    await run('add', ['Not \u001b[31mred\nat all', '--user', 'alice']);
    await eventually('it tells what came', () => /user {2}Not \S*red at all\n/.test(tail.stdout()));
    expect(tail.stdout()).not.toContain('\u001b');
    await server?.kill();
    await eventually('it says that nothing answers', () => tail.stderr().includes('Waiting for it.'));
    server = await startServerProcess({
      folder: folder.path,
      env: { MEMFUSE_DATA_DIR: join(folder.path, 'data'), PORT: String(port) },
    });
    await run('add', ['The last message', '--user', 'alice']);
    await eventually('it goes on', () => tail.stdout().includes('The last message'));
    tail.signal('SIGINT');
    expect(await tail.ended).toMatchObject({ exitCode: 0 });
  });

  test('says in a sentence whom nobody knows, and what it cannot begin with', async () => {
    await startHere();
    expect(await run('tail', ['--user', 'nobody'])).toMatchObject({
      exitCode: 1,
      stderr: "User with name 'nobody' not found\n",
    });
    await run('add', ['Hello', '--user', 'alice']);
    expect((await run('tail', ['--user', 'alice', '--last', 'all'])).stderr).toBe(
      '--last is "all"; give a whole number from 0 to 100.\n',
    );
  });
});

describe('commands that need the sources', () => {
  test('dev serves, starts again when a source changes, and ends on a signal', async () => {
    const tree = join(folder.path, 'tree');
    const root = join(import.meta.dir, '..', '..');
    for (const name of ['src', 'adapters', 'package.json'])
      cpSync(join(root, name), join(tree, name), { recursive: true });
    for (const name of ['models', 'node_modules']) symlinkSync(join(root, name), join(tree, name));
    const main = join(tree, 'src', 'cli', 'main.ts');
    const dev = startCommand(folder.path, main, ['dev'], { env: { PORT: '0' } });
    await eventually('it serves', () => /^ {2}try it /m.test(dev.stdout()));
    appendFileSync(join(tree, 'src', 'main.ts'), "console.log('changed');\n");
    await eventually('it serves what was changed', () => dev.stdout().includes('changed'));
    dev.signal('SIGTERM');
    expect((await dev.ended).exitCode).toBe(0);
  });

  test('say where they run when there are none', async () => {
    const tree = join(folder.path, 'tree');
    const root = join(import.meta.dir, '..', '..');
    mkdirSync(tree);
    for (const name of ['src', 'adapters', 'package.json'])
      cpSync(join(root, name), join(tree, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    expect(await runCommand(folder.path, join(tree, 'src', 'cli', 'main.ts'), ['bench'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'This command needs the sources of MemFuse, and scripts/bench/main.ts is not here. Run it in a checkout: bun run memfuse.\n',
    });
    expect((await run('bench', ['no-suite', '--quick'])).stderr).toContain('There is no suite "no-suite"');
  });
});

describe('backup and restore', () => {
  test('bring a memory back as it was, and keep what was there', async () => {
    await startHere();
    await run('add', ['The first message', '--user', 'alice']);
    const copy = join(folder.path, 'copy.db');
    const made = await run('backup', [copy]);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain(`Done: ${copy} has 1 messages of 1 users`);
    await run('add', ['The second message', '--user', 'alice']);
    const held = await run('restore', [copy]);
    expect(held).toMatchObject({ exitCode: 1, stdout: '' });
    expect(held.stderr).toContain('Stop the server first');
    server?.signal('SIGTERM');
    await server?.ended;
    server = null;
    const back = await run('restore', [copy]);
    expect(back.stdout).toContain('Done: the database has 1 messages of 1 users.');
    expect(existsSync(join(folder.path, 'data', 'memfuse.db.before-restore'))).toBe(true);
    await startHere();
    const found = JSON.parse((await run('query', ['message', '--user', 'alice', '--json'])).stdout);
    expect(found.results.map(({ content }: { content: string }) => content)).toEqual(['The first message']);
  });

  test('refuse what is no database of ours, and change nothing', async () => {
    const other = join(folder.path, 'other.db');
    writeFileSync(other, 'Something else, and not a database at all.');
    const refused = await run('restore', [other]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('Nothing was changed.');
    expect((await run('restore', [join(folder.path, 'nowhere.db')])).stderr).toContain('There is no file');
    expect((await run('backup', [other])).stderr).toContain('There is no database');
  });
});

describe('doctor', () => {
  test('finds a sound place well, and says what to do of one that is not', async () => {
    const sound = await runCommand(folder.path, 'doctor', [], { env: { PORT: '0' } });
    expect(sound).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sound.stdout).toMatch(/^✓ settings .*\n✓ database .*\n✓ models .*\n[✓!] disk .*\n✓ port .*\n$/);
    await startHere();
    expect((await run('doctor')).stdout).toContain(`a MemFuse server answers at 127.0.0.1:${server?.port}`);
    const wrong = await runCommand(folder.path, 'doctor', [], { env: { PORT: 'many' } });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toMatch(/^✗ settings .*PORT/);
  });
});

describe('help', () => {
  test('lists the commands in lines that fit a terminal, and each says how it is used', async () => {
    const { stdout } = await run('--help');
    for (const line of stdout.split('\n').slice(4)) expect(line.trimEnd().length).toBeLessThan(100);
    expect((await run('query', ['--help'])).stdout).toContain('memfuse query "Where do I live?" --user alice\n');
    expect((await run('--version')).stdout).toBe(`${packageJson.version}\n`);
  });

  test('a shell completes commands and options', async () => {
    expect((await run('complete', ['--', 'q'])).stdout).toContain('query\t');
    expect((await run('complete', ['--', 'ta'])).stdout).toContain('tail\t');
    expect((await run('complete', ['--', 'query', '--us'])).stdout).toContain('--user');
    for (const shell of ['bash', 'zsh', 'fish']) expect((await run('complete', [shell])).stdout).toContain('memfuse');
  });
});

describe('export and import', () => {
  test('take a memory out of one server and into another, and say what came in', async () => {
    await startHere();
    await run('add', ['I moved to Lisbon in May', '--user', 'alice']);
    const file = join(folder.path, 'alice.jsonl');
    const first = await run('export', [file, '--user', 'alice']);
    expect(first).toMatchObject({ exitCode: 0, stdout: '' });
    const end = JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '');
    expect(first.stderr).toContain(`Exported ${end.records} records to ${file}, SHA-256 of them ${end.sha256}.`);
    const whole = await eventually('facts are in an export', async () => {
      const { stdout } = await run('export', ['--user', 'alice']);
      return stdout.includes('"type":"pending"') ? null : stdout;
    });
    expect(whole).toContain('I moved to Lisbon in May');
    writeFileSync(file, whole);
    const records = whole.trim().split('\n').length - 2;
    const again = await run('import', [file]);
    const stdout = `Imported: nothing. There already: ${records}.\n`;
    expect(again).toMatchObject({ exitCode: 0, stdout, stderr: '' });
    const messages = join(folder.path, 'messages.json');
    writeFileSync(messages, JSON.stringify([{ role: 'user', content: 'I play the violin.' }]));
    const dry = await run('import', [messages, '--user', 'bob', '--dry-run']);
    expect(dry.stdout).toBe('Would come in: 1 users, 1 agents, 1 sessions, 1 messages. There already: 0.\n');
    expect((await run('import', [messages, '--user', 'bob'])).stdout).toContain('Imported: 1 users');
    expect((await run('query', ['What do I play?', '--user', 'bob'])).stdout).toContain('violin');
    writeFileSync(messages, '[{"role":"user","con');
    const broken = await run('import', [messages]);
    expect(broken).toMatchObject({ exitCode: 1, stdout: '' });
    expect(broken.stderr).toContain('it was not written whole');
    expect((await run('import', [join(folder.path, 'nothing')])).stderr).toContain('There is no file');
    expect((await run('export', ['--user', 'nobody'])).stderr).toContain('nobody');
  });

  test('leave no file of an export that a server ended early', async () => {
    const broken = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('{"memfuse_export":2}\n') });
    try {
      const file = join(folder.path, 'part.jsonl');
      const ended = await run('export', [file, '--url', broken.url.origin]);
      expect(ended.exitCode).toBe(1);
      expect(ended.stderr).toContain('Export again.');
      expect([file, `${file}.part`].filter((path) => existsSync(path))).toEqual([]);
    } finally {
      await broken.stop(true);
    }
  });
});

describe('retention', () => {
  test('shows how long what is known of a user is kept, and sets what is named alone', async () => {
    await startHere();
    await run('add', ['I moved to Lisbon', '--user', 'gil']);
    const kept = (await run('retention', ['--user', 'gil'])).stdout;
    expect(kept).toBe(
      'Messages of gil are kept until somebody deletes them.\nWhat is known of gil stays as certain as it is.\n',
    );
    expect((await run('retention', ['--user', 'gil', '--half-life-days', '90'])).stdout).toContain('every 90 days');
    const set = (await run('retention', ['--user', 'gil', '--messages-days', '365'])).stdout;
    expect(set).toContain('Messages of gil are deleted after 365 days.');
    expect(set).toContain('every 90 days');
    expect((await run('retention', ['--user', 'gil', '--messages-days', 'none'])).stdout).toContain('are kept until');
    for (const [value, reason] of [
      ['soon', '--messages-days is a number of days'],
      ['-3', 'messages_days'],
    ] as const) {
      const refused = await run('retention', ['--user', 'gil', `--messages-days=${value}`]);
      expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
      expect(refused.stderr).toContain(reason);
    }
  });
});

describe('facts', () => {
  test('are shown, corrected, and forgotten once that was asked for twice', async () => {
    await startHere();
    const said = JSON.stringify({
      user: 'fay',
      messages: [{ role: 'user', content: 'I live in Lisbon. I have a cat named Mia.' }],
    });
    const headers = { 'Content-Type': 'application/json' };
    const address = `${server?.origin}/api/v1/memories?wait_for=extracted&timeout_ms=30000`;
    expect((await fetch(address, { method: 'POST', headers, body: said })).status).toBe(201);
    expect((await run('facts', ['--user', 'fay'])).stdout).toMatch(/^home .*Lisbon.*known since \d{4}-\d\d-\d\d/m);
    expect((await run('facts', ['--user', 'fay', '--category', 'skill'])).stdout).toContain('No facts are known');
    const corrected = await run('correct', ['Where do I live?', 'Fay lives in Porto.', '--user', 'fay']);
    expect(corrected).toMatchObject({ exitCode: 0, stderr: '' });
    expect(corrected.stdout).toMatch(/^It said: {2}.*Lisbon.*\nIt says: {2}Fay lives in Porto\.\n$/);
    const id = /\S+$/m.exec((await run('facts', ['--user', 'fay', '--category', 'home'])).stdout)?.[0] ?? '';
    const again = await run('correct', [id, 'Fay lives in Faro.', '--user', 'fay', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({
      fact: { id, text: 'Fay lives in Faro.' },
      replaced: 'Fay lives in Porto.',
    });
    expect((await run('correct', ['Where?', 'Anything.', '--user', 'nobody'])).stderr).toContain('nobody');
    const dry = await run('forget', ['cat', '--user', 'fay', '--dry-run']);
    expect(dry.stdout).toMatch(/would be deleted\.\n$/);
    const unasked = await run('forget', ['cat', '--user', 'fay']);
    expect(unasked).toMatchObject({ exitCode: 1 });
    expect(unasked.stderr).toContain('--yes');
    expect((await run('facts', ['--user', 'fay'])).stdout).toContain('Mia');
    expect((await run('forget', ['cat', '--user', 'fay', '--yes'])).stdout).toMatch(/ deleted\.\n$/);
    expect((await run('facts', ['--user', 'fay'])).stdout).not.toContain('Mia');
  });
});
