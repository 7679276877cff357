import { newerStep } from './ranking/explain.ts';
import type { Found } from './search.ts';

const sumOf = (score: number): number => Math.log(score / (1 - score));

/** A result in the place of another, whose score it takes. */
const inPlaceOf = (found: Found, { score }: Found): Found => {
  if (found.score === score) return found;
  const { explain } = found;
  return { ...found, score, explain: explain && [...explain, newerStep(sumOf(score) - sumOf(found.score))] };
};

/** The order of results in which a fact that took the place of another stands above it, where both are among them. */
export const factsInOrder = (found: readonly Found[]): Found[] => {
  const ordered: Found[] = [];
  for (const one of found) {
    // What it took the place of, in one step or in several.
    const replaced = new Set([one.key]);
    const isReplaced = ({ kind, supersededBy }: Found): boolean =>
      kind === 'fact' && supersededBy !== undefined && replaced.has(supersededBy);
    let at = ordered.length;
    for (let next = one.kind === 'fact' ? ordered.findIndex(isReplaced) : -1; next >= 0; ) {
      at = Math.min(at, next);
      replaced.add(ordered[next]?.key ?? 0);
      next = ordered.findIndex((other) => isReplaced(other) && !replaced.has(other.key));
    }
    ordered.splice(at, 0, one);
  }
  return ordered.map((one, place) => inPlaceOf(one, found[place] as Found));
};
