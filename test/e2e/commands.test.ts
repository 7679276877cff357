import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { measureAll } from '../../scripts/bench/all.ts';
import { ConversationsError, readConversations } from '../../scripts/quality/conversations.ts';
import { type CommandEnd, runCommand } from '../support/command.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const run = (script: string, ...args: string[]): Promise<CommandEnd> => runCommand(folder.path, script, args);

/** Asserts that a command ended with one sentence and 1, and that no database was made. */
const expectRefused = (end: CommandEnd, sentence: string | RegExp): void => {
  expect(end).toMatchObject({ exitCode: 1, stdout: '' });
  expect(end.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(end.stderr.trimEnd()).toMatch(sentence);
  expect(existsSync(join(folder.path, 'data'))).toBe(false);
};

const EMPTY = 'is empty. Give it a value, or leave it out.';

describe('keys create makes no key that is stronger than what was asked for', () => {
  test.each<[readonly string[], string]>([
    [['--user', ''], `--user ${EMPTY}`],
    [['--user='], `--user ${EMPTY}`],
    [['--user', ' '], `--user ${EMPTY}`],
    [['--user'], '--user needs a value.'],
    [['--user', '--name', 'x'], '--user needs a value.'],
    [['--usr', 'alice'], 'There is no option --usr. Did you mean --user?'],
    [['-u', 'alice'], 'There is no option -u. Did you mean --user?'],
    [['--no-user'], 'There is no option --no-user. Did you mean --user?'],
    [['--__proto__', 'alice'], 'There is no option --__proto__. Did you mean --'],
    [['alice'], '"alice" is one argument too many; --help says what there is.'],
    [['--', '--user', 'alice'], '"--user" is one argument too many; --help says what there is.'],
    [['--user', 'alice', '--user', 'bob'], '--user is given twice.'],
    [['--expire', '1h'], 'There is no option --expire. Did you mean --expires?'],
    [['--expires-at', 'yesterday'], 'There is no option --expires-at. Did you mean --expires?'],
    [['--expires', ''], `--expires ${EMPTY}`],
    [['--expires', 'yesterday'], '--expires is "yesterday"; give a span such as 90d'],
    [['--expires', '2020-01-01'], '--expires is "2020-01-01", which has passed already.'],
    [['--permissions', ''], `--permissions ${EMPTY}`],
    [['--permissions', 'root'], '--permissions holds "root"'],
    [['--tenant', ''], `--tenant ${EMPTY}`],
    [['--name='], `--name ${EMPTY}`],
  ])('%j', async (args, sentence) => {
    expectRefused(await run('keys', 'create', ...args), sentence);
  });

  test('options before the command', async () => {
    const sentence = '--user=alice stands before the command; options follow it.';
    expectRefused(await run('keys', '--user=alice', 'create'), sentence);
  });

  test('a user that nobody has made, in a tenant that nobody has made', async () => {
    expect((await run('keys', 'create')).exitCode).toBe(0);
    const end = await run('keys', 'create', '--tenant', 'acme', '--user', 'alice');
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr).toContain('There is no user named "alice" in the tenant "acme".');
    expect((await run('keys', 'list', '--tenant', 'acme')).stderr).toContain('There is no tenant named "acme".');
  });
});

describe('keys', () => {
  test('makes, lists and revokes', async () => {
    const made = await run('keys', 'create', '--name', 'ours', '--expires=2h', '--tenant', 'acme');
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const id = /Its id is (\S+)\./.exec(made.stdout)?.[1] ?? '';
    expect((await run('keys', 'list', '--tenant', 'acme')).stdout).toContain(id);
    expect((await run('keys', 'revoke', id, '--tenant', 'acme')).exitCode).toBe(0);
    expect((await run('keys', 'list', '--tenant', 'acme')).stdout).toContain('has no API keys');
  });

  test.each([[['list']], [['revoke', 'some-id']], [['create', '--user', 'alice']]])(
    '%j refuses where there is no database, and makes none',
    async (args) => {
      expectRefused(await run('keys', ...args), /^There is no database sqlite:.*\/data\/memfuse\.db\. /);
    },
  );

  test('says of the tenant what is true of each command', async () => {
    expect((await run('keys', 'create', '--help')).stdout).toContain('made when it is new');
    expect((await run('keys', 'list', '--help')).stdout).not.toContain('made when it is new');
    expect((await run('keys', 'revoke', '--help')).stdout).not.toContain('made when it is new');
  });

  test('proposes the nearest command', async () => {
    expectRefused(await run('keys', 'creat'), 'There is no command creat. Did you mean create?');
  });
});

describe('what a command does not know is refused before anything is done', () => {
  test.each<[string, readonly string[], string]>([
    ['reindex', ['bogus'], '"bogus" is one argument too many; --help says what there is.'],
    ['reindex', ['--bogus'], 'There is no option --bogus.'],
    ['compact', ['--too', 'x'], 'There is no option --too. Did you mean --to?'],
    ['compact', ['--to'], '--to needs a value.'],
    ['compact', ['backup.db'], '"backup.db" is one argument too many; --help says what there is.'],
    ['compact', ['--to', 'x', '--cut-log'], '--to and --cut-log do not go together: cut the log first, then copy.'],
    ['fit.ts', ['--bogus'], 'There is no option --bogus. Did you mean --'],
    ['fit.ts', ['--ablat'], 'There is no option --ablat. Did you mean --ablate?'],
    ['bench/main.ts', ['http', '--bogus'], 'There is no option --bogus. Did you mean --'],
    ['bench/main.ts', ['http', 'load'], '"load" is one argument too many; --help says what there is.'],
    ['bench/main.ts', ['http', '--quick=no'], '--quick is "no"; it takes no value.'],
    ['bench/main.ts', ['http', '--json', ''], `--json ${EMPTY}`],
    ['chaos.ts', ['--round', '1'], 'There is no option --round. Did you mean --rounds?'],
  ])('%s %j', async (script, args, sentence) => {
    expectRefused(await run(script, ...args), sentence);
  });

  test('a picture of all suites at once', async () => {
    expectRefused(await run('bench/main.ts', 'all', '--plot', 'all.svg'), 'There is no picture of all: name the suite');
  });

  test('a suite that there is none of, whatever its name', async () => {
    const end = await run('bench/main.ts', 'toString');
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toStartWith('There is no suite "toString". There are:\n');
  });

  test.each(['reindex', 'compact'])('%s refuses where there is no database, and makes none', async (script) => {
    expectRefused(await run(script), /^There is no database sqlite:.*\/data\/memfuse\.db\. /);
  });
});

describe('bench', () => {
  test('alone says which suites there are, and that is no error', async () => {
    const { exitCode, stdout, stderr } = await run('bench/main.ts');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const names = stdout.split('\n').flatMap((line) => /^ {2}(\w+) +[A-Z]/.exec(line)?.[1] ?? []);
    expect(names).toEqual([
      'http',
      'writer',
      'embed',
      'seed',
      'load',
      'retrieval',
      'query',
      'current',
      'facts',
      'episodes',
      'derive',
      'surfaces',
      'postgres',
      'all',
    ]);
  });

  test('of all goes on behind a suite that breaks, and names it', async () => {
    const suites = ['nosuch', 'toString'];
    expect(await measureAll(suites, ['--quick'], true)).toEqual({ measured: [], broken: suites });
  });
});

describe('a Bun that is too old for the lockfile', () => {
  const check = (version: string): CommandEnd => {
    const preload = join(folder.path, 'version.cjs');
    writeFileSync(preload, `Object.defineProperty(process.versions, 'bun', { value: '${version}' });`);
    const script = fileURLToPath(new URL('../../scripts/bun-version.cjs', import.meta.url));
    const end = Bun.spawnSync([process.execPath, '--preload', preload, script]);
    return { exitCode: end.exitCode, stdout: end.stdout.toString(), stderr: end.stderr.toString() };
  };

  test.each(['0.8.1', '1.3.0', '1.4.4', '1.4.4-canary.9'])('%s hears so in a sentence', (version) => {
    expect(check(version)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `MemFuse needs Bun 1.4.5 or later, and this is Bun ${version}. Run "bun upgrade", or put "npx -y bun@1.4.5" in place of "bun".\n`,
    });
  });

  test.each(['1.4.5', '1.4.10', '1.10.0', '2.0.0'])('and %s is not', (version) => {
    expect(check(version)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('hears so before anything is installed', () => {
    const { scripts } = packageJson;
    for (const [name, command] of Object.entries(scripts)) {
      if (/^pre/.test(name)) expect(command).toStartWith('bun scripts/bun-version.cjs && ');
    }
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['predev', 'pretest']));
  });
});

describe('compact', () => {
  test('makes the database small, copies it, and says what it did', async () => {
    const made = await run('keys', 'create');
    const id = /Its id is (\S+)\./.exec(made.stdout)?.[1] ?? '';
    const small = await run('compact');
    expect(small).toMatchObject({ exitCode: 0, stderr: '' });
    expect(small.stdout).toMatch(/^Done: the database had \S+ MB, it has \S+ MB\.\n$/);
    const copied = await run('compact', '--to', 'copy.db');
    expect(copied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(copied.stdout).toContain(join(folder.path, 'copy.db'));
    renameSync(join(folder.path, 'copy.db'), join(folder.path, 'data', 'memfuse.db'));
    expect((await run('keys', 'list')).stdout).toContain(id);
  });

  test('says how copies are made and restored', async () => {
    const { exitCode, stdout } = await run('compact', '--help');
    expect(exitCode).toBe(0);
    for (const words of ['--to=<FILE>', '--cut-log', 'To restore one']) expect(stdout).toContain(words);
  });

  test('refuses in a sentence while a server has the database open', async () => {
    const data = join(folder.path, 'data');
    mkdirSync(data);
    const server = await startServerProcess({ folder: data });
    const end = await run('compact');
    const { exitCode } = await server.kill();
    expect(exitCode).toBeNull();
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr).toMatch(/^Another process has .*memfuse\.db open\. Stop the server first/);
  });
});

describe('conversations that cannot be read are told of in a sentence that names the folder or the file', () => {
  const turn = { id: '1', role: 'user', text: 'Hello.' };
  const said = (...sessions: object[]): string =>
    JSON.stringify({ conversations: [{ id: 'x', sessions, questions: [], facts: [] }] });
  const locomo = { speaker_a: 'Ada', qa: [], session_1_date_time: '1:56 pm on 8 May, 2023' };

  test.each<[string, string, RegExp]>([
    ['no JSON', '{"conversations":', /JSON/],
    ['another form', '[]', /expected object/],
    ['null', 'null', /expected object/],
    ['a session without turns', said({ id: 's1', at: null }), /conversations\.0\.sessions\.0\.turns: /],
    ['no session', said(), /nobody says anything in it/],
    [
      'a date that is none',
      said({ id: 's1', at: 'soon', turns: [turn] }),
      /conversations\.0\.sessions\.0\.at: no time/,
    ],
    ['a session without a date', said({ id: 's1', at: null, turns: [turn] }), /the date of a session is none/],
    ['LoCoMo with other questions', JSON.stringify({ ...locomo, qa: 7 }), /qa: /],
    ['LoCoMo with other turns', JSON.stringify({ ...locomo, session_1: [{ text: 'Hello.' }] }), /0\.dia_id: /],
    [
      'LoCoMo without dates',
      JSON.stringify({
        ...locomo,
        session_1: [{ dia_id: 'D1:1', speaker: 'Ada', text: 'Hello.' }],
        session_1_date_time: 1,
      }),
      /the date of a session is none/,
    ],
  ])('a file that holds %s', (_what, text, reason) => {
    const file = join(folder.path, 'one.json');
    writeFileSync(file, text);
    const read = () => readConversations(folder.path);
    expect(read).toThrow(ConversationsError);
    expect(read).toThrow(`${file} holds no conversation: `);
    expect(read).toThrow(reason);
  });

  test.each([
    ['fit.ts', []],
    ['bench/main.ts', ['retrieval', '--quick']],
  ])('by %s %j', async (script, args) => {
    const [missing, empty, wrong] = ['missing', 'empty', 'wrong'].map((name) => join(folder.path, name));
    mkdirSync(empty as string);
    mkdirSync(wrong as string);
    writeFileSync(join(wrong as string, 'one.json'), '{}');
    expectRefused(
      await run(script, ...args, '--data', `${missing}`),
      /^The folder ".*\/missing" cannot be read: ENOENT/,
    );
    expectRefused(await run(script, ...args, '--data', `${empty}`), /^The folder ".*\/empty" has no conversations/);
    expectRefused(
      await run(script, ...args, '--data', `${wrong}`),
      /\/wrong\/one\.json holds no conversation: conversations: /,
    );
  });
});
