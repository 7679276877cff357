import { describe, expect, test } from 'bun:test';
import type { Replaced } from '../../src/contract/corpus.ts';
import { whatHolds } from '../../src/retrieval/what-holds.ts';

const NOW = { question: 'Where does Ada live?', atMs: 100 };
const messages = (...keys: readonly number[]) =>
  keys.map((key) => ({ kind: 'message', key, content: 'We talked of the garden and of dogs.' }) as const);
const replaced = (messageKey: number, more: Partial<Replaced> = {}): Replaced => ({
  messageKey,
  text: 'Ada lives in Graz.',
  factKey: 9,
  subject: 'Ada',
  since: 50,
  messageKeys: [2],
  ...more,
});
/** Keys of messages in order; a fact with a mark before its key. */
const ordered = (found: ReturnType<typeof messages>, all: readonly Replaced[], asked = NOW) =>
  whatHolds(found, all, asked).map((placed) =>
    'place' in placed ? found[placed.place]?.key : `fact ${placed.factKey}`,
  );

describe('what holds', () => {
  test('stands right above what held before, when a message says it that was found below', () => {
    expect(ordered(messages(5, 1, 7, 2, 8), [replaced(1)])).toEqual([5, 2, 1, 7, 8]);
  });

  test('stands there as a fact when no message was found that says it, and the last result gives way', () => {
    expect(ordered(messages(5, 1, 7), [replaced(1)])).toEqual([5, 'fact 9', 1]);
  });

  test('stays where it is when it stands above already', () => {
    expect(ordered(messages(2, 5, 1), [replaced(1)])).toEqual([2, 5, 1]);
  });

  test('stands above all messages that say what held before, once', () => {
    const before = [replaced(1), replaced(3)];
    expect(ordered(messages(3, 1, 7), before)).toEqual(['fact 9', 3, 1]);
    expect(ordered(messages(1, 3, 7), before)).toEqual(['fact 9', 1, 3]);
  });

  test('is left alone where a message says both, or nothing that the question is about', () => {
    expect(ordered(messages(5, 2), [replaced(2)])).toEqual([5, 2]);
    expect(ordered(messages(5, 1), [replaced(1)], { ...NOW, question: 'When did Ada buy a boat?' })).toEqual([5, 1]);
  });

  test('stands above a message that says little else, in whatever words the question is', () => {
    const found = [{ kind: 'message', key: 1, content: 'I live in Graz now.' }] as const;
    const asked = { question: 'Which city is home?', atMs: 100 };
    expect(whatHolds(found, [replaced(1)], asked)).toEqual([{ factKey: 9 }]);
  });

  test('is not what came later than the moment that is asked about', () => {
    expect(ordered(messages(1, 2), [replaced(1)], { ...NOW, atMs: 49 })).toEqual([1, 2]);
  });
});
