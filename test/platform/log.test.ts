import { describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { systemIds } from '../../src/platform/ids.ts';

const LOG = fileURLToPath(new URL('../../src/platform/log.ts', import.meta.url));

/** What a program that logs writes to standard error and to standard output. */
const run = (level: string, statements: string): { stderr: string; stdout: string } => {
  const code = `import { createLog } from ${JSON.stringify(LOG)}; const log = createLog('${level}'); ${statements}`;
  const { stderr, stdout } = Bun.spawnSync([process.execPath, '-e', code]);
  return { stderr: stderr.toString(), stdout: stdout.toString() };
};

describe('the log', () => {
  test('is a JSON object a line on standard error, with its time, its facts and its words', () => {
    const { stderr, stdout } = run('info', "log.info({ requestId: 'r1', ms: 5 }, 'done'); log.warn({}, 'careful');");
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ requestId: 'r1', ms: 5, msg: 'done' }, { msg: 'careful' }]);
    expect(Number.isNaN(Date.parse(lines[0].time))).toBe(false);
    expect(stdout).toBe('');
  });

  test('says of an error what it was and where', () => {
    const { stderr } = run(
      'error',
      "log.error({ err: new Error('the disk', { cause: new Error('is gone') }) }, 'failed');",
    );
    const { err } = JSON.parse(stderr);
    expect(err).toMatchObject({ type: 'Error', message: expect.stringContaining('the disk') });
    expect(JSON.stringify(err)).toContain('is gone');
    expect(err.stack).toContain(' at ');
  });

  test('leaves out what is less important than asked for, and everything when it is to be silent', () => {
    const statements = "log.debug({}, 'a'); log.info({}, 'b'); log.warn({}, 'c'); log.error({}, 'd');";
    const words = (level: string): string[] =>
      run(level, statements)
        .stderr.split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).msg);
    expect([words('debug'), words('warn'), words('fatal'), words('silent')]).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd'],
      [],
      [],
    ]);
  });
});

describe('identifiers', () => {
  test('are UUIDs of version 7, each later one larger as text', () => {
    const ids = Array.from({ length: 5_000 }, () => systemIds.uuid());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('that are secret have 256 bits and a prefix, and stand in a header as they are', () => {
    const secrets = Array.from({ length: 100 }, () => systemIds.secret());
    for (const secret of secrets) expect(secret).toMatch(/^mf_[A-Za-z0-9_-]{43}$/);
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  test('in hexadecimal have two digits a byte', () => {
    expect(systemIds.hex(4)).toMatch(/^[0-9a-f]{8}$/);
  });
});
