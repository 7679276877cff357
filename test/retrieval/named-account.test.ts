import { describe, expect, test } from 'bun:test';
import { accountNamedIn } from '../../src/retrieval/named-account.ts';

const ACCOUNTS = { user: 'Melanie Brook', agents: ['helper-9f2c', 'Jeeves'] };
const named = (question: string, said: readonly string[] = []) => {
  const account = accountNamedIn(question, ACCOUNTS, (word) => said.includes(word));
  return account && [account.role, ...account.words];
};

describe('whom a question names by an account', () => {
  test.each([
    ['What does Melanie Brook like?', ['user', 'melanie', 'brook']],
    ["What is melanie's address?", ['user', 'melanie']],
    ['What did Jeeves recommend?', ['assistant', 'jeeves']],
    ['What did helper-9f2c recommend?', ['assistant', 'helper', '9f2c']],
    ['What does Brook like?', null],
    ['Which helper is it?', null],
    ['', null],
  ])('of %j is %j', (question, expected) => {
    expect(named(question)).toEqual(expected as never);
  });

  test('is nobody when messages speak of something by that name', () => {
    expect(named('What did Jeeves recommend?', ['jeeves'])).toBeNull();
  });
});
