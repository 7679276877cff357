/** Counts tokens as the language model does, a number for each text. */
export type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>;

/** Pieces that are counted at once; each round looks into the one in which the room ends. */
const PIECES = 24;
/** Tokens are seldom longer, so more of the text is not looked at. */
const MAX_CHARACTERS_PER_TOKEN = 16;
/** How far back a blank is looked for; a text without blanks is cut anywhere. */
const BLANK_WITHIN = 40;

/** The last place after `from` and up to `end` at which a text may be cut; null when `end` is in a word that begins before. */
const placeUpTo = (text: string, from: number, end: number): number | null => {
  const before = text.slice(Math.max(0, end - BLANK_WITHIN), end + 1);
  const blank = before.search(/\s\S*$/);
  if (blank >= 0) {
    const place = end + 1 - before.length + blank;
    return place > from ? place : null;
  }
  if (/\s/.test(text.slice(end, BLANK_WITHIN))) return null; // within the first word
  const isWithinPair = /[\udc00-\udfff]/.test(text.charAt(end));
  return isWithinPair ? (end - 1 > from ? end - 1 : null) : end;
};

const placesBetween = (text: string, from: number, to: number): number[] => {
  const places = Array.from({ length: PIECES }, (_, i) =>
    placeUpTo(text, from, from + Math.floor(((to - from) * (i + 1)) / (PIECES + 1))),
  );
  return [...new Set(places)].filter((place) => place !== null && place > from && place < to) as number[];
};

/**
 * The longest beginning of a text that takes about `room` tokens, ending with a word; null when none does. Pieces are
 * counted, not beginnings, so that the work grows with the length alone; they add up to the token where blanks part them.
 */
export const cutText = async (text: string, room: number, count: CountTokens): Promise<string | null> => {
  let left = room;
  let from = 0;
  let to = Math.min(text.length, left * MAX_CHARACTERS_PER_TOKEN);
  for (;;) {
    const ends = placesBetween(text, from, to);
    if (ends.length === 0) break;
    const costs = await count(ends.map((end, i) => text.slice(ends[i - 1] ?? from, end)));
    let fitting = 0;
    for (const cost of costs) {
      if (cost > left) break;
      left -= cost;
      fitting += 1;
    }
    to = ends[fitting] ?? to;
    from = ends[fitting - 1] ?? from;
  }
  const beginning = text.slice(0, from).trimEnd();
  return beginning === '' ? null : beginning;
};
