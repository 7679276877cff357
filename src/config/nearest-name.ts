import leven, { closestMatch } from 'leven';

/**
 * The known name that somebody may have meant: one that begins with what was typed, or with which that begins, before
 * the one with the fewest letters changed. Null when nothing is known.
 */
export const nearestName = (typed: string, known: readonly string[]): string | null => {
  const begun = known.filter((name) => name.startsWith(typed) || typed.startsWith(name));
  return closestMatch(typed, begun.length > 0 ? begun : known) ?? null;
};

/** The nearest known name, if it is so near that it may well have been meant: half of the letters are the same. */
export const likelyName = (typed: string, known: readonly string[]): string | null => {
  const nearest = nearestName(typed, known);
  if (nearest === null) return null;
  const isBegun = typed !== '' && (nearest.startsWith(typed) || typed.startsWith(nearest));
  return isBegun || leven(typed, nearest) <= typed.length / 2 ? nearest : null;
};
