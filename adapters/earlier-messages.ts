import type { MessagesBefore, WorkMessage } from '../src/contract/work.ts';

/** Messages before a range, of which `rows` are the nearest, the newest first; null when there are none. */
export const messagesBefore = (
  rows: readonly (WorkMessage & { readonly generation: number })[],
  firstSequence: number,
): MessagesBefore | null => {
  const first = rows.at(-1);
  if (!first) return null;
  const generation = Math.max(...rows.map((row) => row.generation));
  const span = { firstSequence: first.sequence, lastSequence: firstSequence - 1 };
  return {
    messages: rows.map(({ generation: _generation, ...message }) => message).reverse(),
    range: { ...span, version: { messages: rows.length, generation } },
  };
};
