import { readFileSync, writeFileSync } from 'node:fs';
import { expressionsOfTree } from './regexes/expressions.ts';
import { complaints, HARMLESS, readTable, rowOf, TABLE, tableOf, type WorstCase } from './regexes/table.ts';

/**
 * `bun run regexes`: works out the worst case of every regular expression of the tree that the page does not know and writes
 * it down; with `--all` of every one. `--check` only tells whether the page is up to date and nothing in it is slow. What the
 * page knows stays true for as long as the expression is the same, and working it out takes minutes of trying on a busy
 * machine.
 */

/** Of its own package: it is there once `bun run regexes` has installed it. */
const { check } = (await import(`${import.meta.dir}/regexes/node_modules/recheck/index.js`)) as {
  check(
    source: string,
    flags: string,
    options: { readonly timeout: number },
  ): Promise<{ readonly status: string; readonly complexity?: { readonly summary: string } }>;
};

/** Without a native build for the machine some take ten seconds. */
const TIMEOUT_MS = 120_000;

const known = process.argv.includes('--all') ? new Map<string, WorstCase>() : readTable();
const expressions = expressionsOfTree();
const rows = [];
for (const expression of expressions) {
  const before = known.get(rowOf(expression));
  if (before !== undefined && HARMLESS.has(before)) {
    rows.push({ expression, worstCase: before });
    continue;
  }
  const { status, complexity } = await check(expression.source, expression.flags, { timeout: TIMEOUT_MS });
  // What was found by trying is told with a mark that says so.
  const worstCase = (complexity?.summary ?? status).replace(' (fuzz)', '');
  rows.push({ expression, worstCase });
}
const page = tableOf(rows);
const wrong = complaints(expressions, readTable(page));
if (!process.argv.includes('--check')) writeFileSync(TABLE, page);
else if (page !== readFileSync(TABLE, 'utf8')) wrong.push('The page is out of date. Run: bun run regexes');
for (const sentence of wrong) console.error(sentence);
process.exit(wrong.length > 0 ? 1 : 0);
