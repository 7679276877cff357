import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../../src/api/pages.ts';
import { SETTINGS } from '../../src/config/schema.ts';

const DOCS = join(import.meta.dir, '..', '..', 'docs');
const docs = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(join(DOCS, name), 'utf8')] as const);

/** The blocks of code in one language. */
const blocksOf = (text: string, language: string): string[] =>
  text
    .split('```')
    .filter((_, i) => i % 2 === 1)
    .filter((block) => block.startsWith(`${language}\n`))
    .map((block) => block.slice(language.length));

describe.each(docs)('docs/%s', (_, text) => {
  test('has blocks of JSON that can be pasted as they are', () => {
    for (const block of blocksOf(text, 'json')) expect(() => JSON.parse(block)).not.toThrow();
  });

  test('names settings and variables that exist', () => {
    const paths = SETTINGS.map(({ path }) => path);
    const sections = new Set(paths.map((path) => path.split('.', 1)[0]));
    const named = [...text.matchAll(/`([a-z]+\.[a-z_.]+)`/g)].map(([, name]) => name ?? '');
    const settings = named.filter((name) => sections.has(name.split('.', 1)[0]));
    expect(settings.filter((name) => !paths.includes(name))).toEqual([]);
    const variables = [...text.matchAll(/\bMEMFUSE_[A-Z_]+__[A-Z_]+/g)].map(([name]) => name);
    expect(variables.filter((name) => !SETTINGS.some(({ variable }) => variable === name))).toEqual([]);
  });
});

test('the addresses that docs give clients are served', () => {
  const served: string[] = Object.values(pages).map(({ path }) => path);
  const given = docs.flatMap(([, text]) =>
    [...text.matchAll(/https?:\/\/127\.0\.0\.1:8000(\/[\w/]*)/g)].map(([, path]) => path ?? ''),
  );
  expect(given.length).toBeGreaterThan(3);
  const isServed = (path: string): boolean => served.some((page) => page === path || page.startsWith(`${path}/`));
  expect(given.filter((path) => !isServed(path) && !path.startsWith('/api/v1'))).toEqual([]);
});
