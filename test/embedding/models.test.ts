import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';

const ROW = /^\| `([^`]+)` \| (\d+) \| `([0-9a-f]{64})` \|$/gm;

test('models/README.md lists every model file with its size and checksum', () => {
  const listed = [...readFileSync(join(MODELS_DIR, 'README.md'), 'utf8').matchAll(ROW)]
    .map(([, file = '', bytes, sha256 = '']) => ({ file, bytes: Number(bytes), sha256 }))
    .sort((a, b) => a.file.localeCompare(b.file));
  const present = readdirSync(MODELS_DIR, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(MODELS_DIR.length + 1))
    .filter((file) => !file.startsWith('runtime/') && file !== 'README.md')
    .sort((a, b) => a.localeCompare(b))
    .map((file) => {
      const content = readFileSync(join(MODELS_DIR, file));
      return { file, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
    });
  expect(present).toEqual(listed);
});
