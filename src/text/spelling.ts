/** Letters that a word needs for one typing error to be made out, and for two. */
const LETTERS_FOR_ONE = 5;
const LETTERS_FOR_TWO = 8;

const LETTERS = /^[\p{L}\p{M}]+$/u;

/**
 * Typing errors that a word or its stem may hold and still be known for another: two of eight letters or more, one of five
 * or more. None in what is no word, such as a code: one digit more is another code.
 */
export const mistakesIn = (word: string): 0 | 1 | 2 => {
  if (word.length < LETTERS_FOR_ONE || !LETTERS.test(word)) return 0;
  return word.length < LETTERS_FOR_TWO ? 1 : 2;
};

const rowsOf = (width: number) => [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)] as const;
/** Letters of a word for which rows are kept at hand: to make them takes longer than to fill them. */
const ROOM = 64;
const ROWS = rowsOf(ROOM);

/**
 * How many typing errors make one word of another: a letter left out, put in, put for another, or two that stand side by
 * side swapped, none of them touched twice (the restricted distance of Damerau and Levenshtein). `most` + 1 for any number
 * above `most`. It takes steps by the product of a length and `most`; libraries that are kept do not know swaps.
 */
export const mistakesBetween = (one: string, other: string, most: number): number => {
  const beyond = most + 1;
  if (Math.abs(one.length - other.length) > most) return beyond;
  const rows = other.length < ROOM ? ROWS : rowsOf(other.length + 1);
  // No destructuring here: it takes as long as the row itself.
  let twoBefore = rows[0];
  let before = rows[1];
  let row = rows[2];
  before.fill(beyond);
  for (let j = 0; j <= Math.min(most, other.length); j += 1) before[j] = j;
  for (let i = 1; i <= one.length; i += 1) {
    row.fill(beyond);
    if (i <= most) row[0] = i;
    let least = row[0] as number;
    // Farther from the diagonal more letters are left out or put in than may be.
    for (let j = Math.max(1, i - most); j <= Math.min(other.length, i + most); j += 1) {
      const isSame = one.charCodeAt(i - 1) === other.charCodeAt(j - 1);
      let mistakes = Math.min(
        (before[j - 1] as number) + (isSame ? 0 : 1),
        (before[j] as number) + 1,
        (row[j - 1] as number) + 1,
      );
      const isSwapped =
        i > 1 &&
        j > 1 &&
        one.charCodeAt(i - 1) === other.charCodeAt(j - 2) &&
        one.charCodeAt(i - 2) === other.charCodeAt(j - 1);
      if (isSwapped) {
        mistakes = Math.min(mistakes, (twoBefore[j - 2] as number) + 1);
      }
      row[j] = Math.min(mistakes, beyond);
      least = Math.min(least, mistakes);
    }
    if (least > most) return beyond;
    const oldest = twoBefore;
    twoBefore = before;
    before = row;
    row = oldest;
  }
  return before[other.length] as number;
};

/** A word with two letters swapped, with one left out or with one doubled, in every place: what slips of the hand are mended by. */
export const slipsOf = (word: string): string[] => {
  const slips = new Set<string>();
  for (let i = 0; i < word.length; i += 1) {
    const [before, letter, behind] = [word.slice(0, i), word.charAt(i), word.slice(i + 1)];
    slips.add(before + behind);
    slips.add(before + letter + letter + behind);
    if (behind !== '') slips.add(before + behind.charAt(0) + letter + behind.slice(1));
  }
  slips.delete(word);
  return [...slips];
};
