import { expect, test } from 'bun:test';
import { AGENT_MARK, accountName, USER_MARK, withNames, withoutNames } from '../../src/text/account-marks.ts';

test('marks are read as the present names, and as what the account is where its name is an id', () => {
  const text = `${USER_MARK} moved. Then ${AGENT_MARK} asked ${USER_MARK}'s friend. ${AGENT_MARK} waited.`;
  expect(withNames(text, { user: 'Ada Byron', agent: 'Max' })).toBe(
    "Ada Byron moved. Then Max asked Ada Byron's friend. Max waited.",
  );
  expect(withNames(text, { user: 'user_17', agent: '4f1c-9a' })).toBe(
    "The user moved. Then the assistant asked the user's friend. The assistant waited.",
  );
  expect([USER_MARK, AGENT_MARK, 'Bob'].map((name) => accountName(name, { user: 'user_17', agent: 'Max' }))).toEqual([
    'user_17',
    'Max',
    'Bob',
  ]);
  expect(withoutNames(text)).toBe(" moved. Then  asked 's friend.  waited.");
});

test('a name that has a mark in it, or signs of a replacement, is told as it is', () => {
  expect(withNames(`${USER_MARK} left.`, { user: '$& $1', agent: 'Max' })).toBe('The user left.');
  expect(withNames(`${USER_MARK} left.`, { user: "D'Arcy-Jones", agent: 'Max' })).toBe("D'Arcy-Jones left.");
});
