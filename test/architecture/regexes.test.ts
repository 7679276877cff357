import { expect, test } from 'bun:test';
import { expressionsIn, expressionsOfTree } from '../../scripts/regexes/expressions.ts';
import { complaints, readTable, tableOf } from '../../scripts/regexes/table.ts';

test('every regular expression of the tree stands in the table, and none takes more than linear time', () => {
  const expressions = expressionsOfTree();
  expect(expressions.length).toBeGreaterThan(50);
  expect(complaints(expressions, readTable())).toEqual([]);
});

test('an expression that is slow, new or put together at run time is told of by its file', () => {
  const code =
    'const a: RegExp = /a|b/g; const b = /\\s*$/; const c = new RegExp(a.source); const d = x as { y: 1 } / 2;';
  const [quick, slow, made, ...others] = expressionsIn('src/a.ts', code);
  expect(others).toEqual([]);
  if (!quick || !slow || !made) throw new Error('not found');
  expect(quick).toMatchObject({ written: '/a|b/g', source: 'a|b', flags: 'g' });
  const known = readTable(
    tableOf([
      { expression: quick, worstCase: 'linear' },
      { expression: slow, worstCase: '2nd degree polynomial' },
    ]),
  );
  expect(complaints([quick, slow, made], known)).toEqual([
    'src/a.ts: /\\s*$/ is 2nd degree polynomial. Look for it in one pass instead.',
    'src/a.ts: new RegExp(a.source) is put together at run time, so nothing is known of it.',
  ]);
  expect(complaints([quick, slow], readTable(tableOf([{ expression: quick, worstCase: 'linear' }])))).toEqual([
    'src/a.ts: /\\s*$/ is not in the table. Run: bun run regexes',
  ]);
  expect(complaints([], readTable(tableOf([{ expression: quick, worstCase: 'linear' }])))).toHaveLength(1);
});
