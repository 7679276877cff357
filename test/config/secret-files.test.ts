import { afterAll, beforeAll, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../src/config/load.ts';
import { SETTINGS } from '../../src/config/schema.ts';
import { withSecretFiles } from '../../src/config/secret-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'postgres://memfuse:hunter2@db:5432/memfuse';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeAll(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'secret');
  writeFileSync(file, `${SECRET}\n`);
});
afterAll(() => folder.remove());

test('every secret setting can stand in a file, by either of its names', () => {
  for (const { path, variable } of SETTINGS.filter(({ secret }) => secret)) {
    const spelled = `MEMFUSE_${path.replaceAll('.', '__').toUpperCase()}`;
    for (const name of new Set([variable, spelled])) {
      expect(withSecretFiles({ [`${name}_FILE`]: file, OTHER: 'x' })).toEqual({ [name]: SECRET, OTHER: 'x' });
    }
  }
});

test('what a file holds is the setting', async () => {
  const { settings, warnings } = await loadSettings({ DATABASE_URL_FILE: file }, folder.path);
  expect([settings.database.url, warnings]).toEqual([SECRET, []]);
});

test('a setting that is no secret stands in no file', async () => {
  expect(withSecretFiles({ PORT_FILE: file })).toEqual({ PORT_FILE: file });
  expect(loadSettings({ MEMFUSE_SERVER__PORT_FILE: file }, folder.path)).rejects.toThrow('server.port_file');
});

test('a file that is not there, is empty, or stands beside the variable is told in a sentence without the secret', async () => {
  const empty = join(folder.path, 'empty');
  writeFileSync(empty, '\n');
  const gone = join(folder.path, 'gone');
  for (const [env, sentence] of [
    [{ DATABASE_URL_FILE: gone }, `DATABASE_URL_FILE is ${gone}, which cannot be read (ENOENT).`],
    [{ DATABASE_URL_FILE: empty }, `DATABASE_URL_FILE is ${empty}, which is empty.`],
    [
      { DATABASE_URL_FILE: file, DATABASE_URL: SECRET },
      'DATABASE_URL and DATABASE_URL_FILE are both set. Set one of them.',
    ],
  ] as const) {
    expect(loadSettings(env, folder.path)).rejects.toThrow(sentence);
  }
});
