import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Expression } from './expressions.ts';

/** The worst case of an expression, in words: `linear`, `2nd degree polynomial`, ... */
export type WorstCase = string;

export const TABLE = join(import.meta.dir, 'README.md');

/** What no text makes slow. `safe`: nothing was found by trying, where the automaton says nothing. */
export const HARMLESS: ReadonlySet<WorstCase> = new Set(['constant', 'linear', 'safe']);

const HEAD = `# Every regular expression of the tree, and its worst case

\`bun run regexes\` writes this page by recheck. \`bun run check\` fails when it is out of date, and when an expression takes
more than linear time on some text: a text of a client has 256 KiB, with which a quadratic expression is busy for minutes,
on a thread that all share. Expressions of \`scripts\` read files of their makers' own, and may be slower.

\`safe\`: of a constant number of steps, or, with look-arounds, for which there is no automaton, nothing slow was found by
trying.

| worst case | expression | first met in |
|---|---|---|
`;

/** A cell of a table in Markdown holds no bar, and code no back tick alone. */
const cell = (text: string): string => `\`\` ${text.replaceAll('|', '\\|')} \`\``;

export const rowOf = ({ written, file }: Pick<Expression, 'written' | 'file'>): string =>
  `${cell(written)} | ${file} |`;

export const tableOf = (rows: readonly { readonly expression: Expression; readonly worstCase: WorstCase }[]): string =>
  `${HEAD}${rows.map(({ expression, worstCase }) => `| ${worstCase} | ${rowOf(expression)}`).join('\n')}\n`;

/** The worst cases that the page knows, by the row without it. */
export const readTable = (page: string = readFileSync(TABLE, 'utf8')): Map<string, WorstCase> => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && line.includes('`` '));
  return new Map(
    rows.map((line) => {
      const end = line.indexOf(' | ');
      return [line.slice(end + 3), line.slice(2, end)];
    }),
  );
};

/** What is wrong with a tree, in sentences, by what the page says of its expressions. */
export const complaints = (expressions: readonly Expression[], known: ReadonlyMap<string, WorstCase>): string[] => {
  const rows = new Set(expressions.map(rowOf));
  const gone = [...known.keys()]
    .filter((row) => !rows.has(row))
    .map((row) => `${row} is in the table and nowhere else.`);
  const found = expressions.flatMap((expression) => {
    const { written, file, isLiteral } = expression;
    const worstCase = known.get(rowOf(expression));
    if (!isLiteral) return [`${file}: ${written} is put together at run time, so nothing is known of it.`];
    if (worstCase === undefined) return [`${file}: ${written} is not in the table. Run: bun run regexes`];
    // What scripts read is their makers' own.
    return HARMLESS.has(worstCase) || file.startsWith('scripts/')
      ? []
      : [`${file}: ${written} is ${worstCase}. Look for it in one pass instead.`];
  });
  return [...found, ...gone];
};
