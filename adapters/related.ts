import type { Related } from '../src/contract/corpus.ts';

export interface MessageOfFact {
  readonly factKey: number;
  readonly key: number;
}

/** What a walk has found, in order of steps and keys: facts of named entities, facts of others beside them, and messages of both. */
export const relatedOf = (
  near: readonly number[],
  beside: readonly number[],
  said: readonly MessageOfFact[],
): Related => {
  const steps = new Map<number, 1 | 2>(beside.map((key) => [key, 2]));
  for (const key of near) steps.set(key, 1);
  const messages = new Map<number, 1 | 2>();
  for (const { factKey, key } of said) {
    if (steps.get(factKey) === 1 || !messages.has(key)) messages.set(key, steps.get(factKey) ?? 2);
  }
  const inOrder = (found: ReadonlyMap<number, 1 | 2>): Related['facts'] =>
    [...found].map(([key, count]) => ({ key, steps: count })).toSorted((a, b) => a.steps - b.steps || a.key - b.key);
  return { facts: inOrder(steps), messages: inOrder(messages) };
};

/** The entities that some facts name beside those that were asked for. */
export const othersAmong = (found: readonly number[], named: readonly number[], most: number): number[] =>
  found.filter((key) => !named.includes(key)).slice(0, most);
