import { expect, test } from 'bun:test';
import { sayingOf } from '../../src/text/saying.ts';

test.each([
  ['I like tea.', 'i LIKE   tea!'],
  ['tea', ' "tea" '],
  ['Ça va ?', 'ça va'],
  ['', '...'],
  ['Please book the early train.', 'book the early train'],
  ['I take the early train, thank you!', 'I take the early train'],
  ['Ich nehme den Zug, danke.', 'Ich nehme den Zug'],
  ['It is 5-6 km', 'it is 5 - 6 km'],
])('%j says what %j says', (one, other) => {
  expect(sayingOf(one)).toBe(sayingOf(other));
});

test.each([
  ['I like it', 'I do not like it'],
  ['5 mg', '50 mg'],
  ['It is -5 outside', 'It is 5 outside'],
  ['It costs $50', 'It costs €50'],
  ['It grew by 50%', 'It grew by 50'],
  ['I write C++', 'I write C'],
  ['I write C#', 'I write C++'],
  ['No, thanks', 'Thanks'],
  ['Hello Kitty', 'Kitty'],
  ['Please Please Me', 'Me'],
  ['Thank you', 'Thanks'],
  ['ab c', 'a bc'],
  ['tea coffee', 'coffee tea'],
  ['tea', 'tea tea'],
  ['茶', '水'],
  ['🦊', '🐶'],
  ['Great', 'Great 🎉'],
])('%j does not say what %j says', (one, other) => {
  expect(sayingOf(one)).not.toBe(sayingOf(other));
});

test('among 200,000 texts no two that differ have the same digest', () => {
  const digests = new Set(Array.from({ length: 200_000 }, (_, i) => sayingOf(`The number of the order is ${i}.`)));
  expect(digests.size).toBe(200_000);
  for (const digest of digests) if (!Number.isSafeInteger(digest)) throw new Error(`${digest} is not whole.`);
});
