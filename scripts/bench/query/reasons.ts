import type { Result } from '../suite.ts';

/** Why a row can be missed, by what its name, or that of the row above it, begins with or holds. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /a new question, in this process/,
    'The search is exact: a product with each vector, and a pass over all messages for each step of the ranking and for the best of them, so that a slow or shared processor shows at once.',
  ],
  [
    /first query/,
    'Each segment of 1,024 messages is read and its turns are seated one by one; and what is in no segment yet, up to 15 messages at the end, is split into words and embedded anew at some 0.05 ms each. The first load of a process runs code that is not compiled yet.',
  ],
  [/\(L1\)/, 'It is a look into a map and one read of the generation: something else had the processor.'],
  [
    /processor time of the index/,
    'Two texts are split into words and pieces, embedded and seated, and reading them back from the store is a part of it.',
  ],
  [/GET of another user/, 'Server, search Worker and client are more threads than this machine has processors.'],
  [
    /over HTTP, one client/,
    'As in this process, with the Worker and HTTP on top; several passes no longer fit the caches of the processor.',
  ],
  [/messages among/, 'The index is the same; ten rows are read from a larger file, and the rest is noise.'],
  [
    /clients asking beside/,
    'Asking, adding, the work in the background and the clients share the processors, and all questions one search Worker, so that one waits for all before it; each question after an add catches up first.',
  ],
];

/** A sentence for each row that missed its target. */
export const reasonsOf = (results: readonly Result[]): string[] => {
  let above = '';
  return results.flatMap(({ name, ok, value, ratio, unit, target }) => {
    const isBelow = name.startsWith('  ');
    if (!isBelow) above = name;
    if (ok) return [];
    const reason =
      REASONS.find(([pattern]) => pattern.test(name)) ?? REASONS.find(([pattern]) => isBelow && pattern.test(above));
    const row = isBelow ? `${above}:${name.slice(1)}` : name;
    const found = target?.startsWith('ratio')
      ? `a ratio of ${ratio?.toPrecision(3)}`
      : `${value.toPrecision(3)} ${unit}`;
    return [`Missed (${target}): ${row}: ${found}. ${reason?.[1] ?? 'No reason is known.'}`];
  });
};
