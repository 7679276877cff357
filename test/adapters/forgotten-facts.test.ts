import { expect, test } from 'bun:test';
import { isForgotten, movableForgotten, toForgotten } from '../../adapters/forgotten-facts.ts';

const HERE = 7;
const THERE = 8;
const statement = { draft: { subject: 'Ada' }, terms: ['=lives_in ada', 'live', 'graz'] };
const another = { draft: { subject: 'Ada' }, terms: ['=works_at ada', 'work', 'siemens'] };

test('a statement that was deleted is known again, also by a store in which its user has another key', () => {
  const stored = toForgotten(HERE, statement);
  expect(stored).not.toContain('graz');
  for (const userKey of [HERE, THERE]) {
    expect(isForgotten(userKey, statement, movableForgotten(HERE, stored))).toBe(true);
    expect(isForgotten(userKey, another, movableForgotten(HERE, stored))).toBe(false);
  }
});

test('a statement that an earlier version has kept is known again, here and in another store', () => {
  const { terms } = JSON.parse(toForgotten(HERE, statement));
  const stored = JSON.stringify(terms);
  expect(isForgotten(HERE, statement, stored)).toBe(true);
  expect(isForgotten(THERE, statement, stored)).toBe(false);
  expect(isForgotten(THERE, statement, movableForgotten(HERE, stored))).toBe(true);
});
