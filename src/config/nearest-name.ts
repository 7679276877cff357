import { closestMatch } from 'leven';

/**
 * The known name that somebody may have meant: one that begins with what was typed, or with which that begins, before
 * the one with the fewest letters changed. Null when nothing is known.
 */
export const nearestName = (typed: string, known: readonly string[]): string | null => {
  const begun = known.filter((name) => name.startsWith(typed) || typed.startsWith(name));
  return closestMatch(typed, begun.length > 0 ? begun : known) ?? null;
};
