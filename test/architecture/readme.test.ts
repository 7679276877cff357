import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedReadme } from '../../scripts/docs.ts';

test('the table of settings in the README is the one that the schema gives (bun run docs writes it)', () => {
  const readme = readFileSync(join(import.meta.dir, '..', '..', 'README.md'), 'utf8');
  expect(generatedReadme(readme)).toBe(readme);
});
