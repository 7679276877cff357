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

/**
 * How many typing errors make one word of another: a letter left out, put in, put for another, or two that stand side by
 * side swapped, none of them touched twice (the restricted distance of Damerau and Levenshtein). `most` + 1 for any number
 * above `most`. It takes steps by the product of a length and `most`; libraries that are kept do not know swaps.
 */
export const mistakesBetween = (one: string, other: string, most: number): number => {
  const beyond = most + 1;
  if (Math.abs(one.length - other.length) > most) return beyond;
  const width = other.length + 1;
  let twoBefore = new Uint8Array(width);
  let before = new Uint8Array(width).fill(beyond);
  let row = new Uint8Array(width);
  for (let j = 0; j <= Math.min(most, other.length); j += 1) before[j] = j;
  for (let i = 1; i <= one.length; i += 1) {
    row.fill(beyond);
    if (i <= most) row[0] = i;
    let least = row[0] as number;
    // Farther from the diagonal more letters are left out or put in than may be.
    for (let j = Math.max(1, i - most); j <= Math.min(other.length, i + most); j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      let mistakes = Math.min(
        (before[j - 1] as number) + (isSame ? 0 : 1),
        (before[j] as number) + 1,
        (row[j - 1] as number) + 1,
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        mistakes = Math.min(mistakes, (twoBefore[j - 2] as number) + 1);
      }
      row[j] = Math.min(mistakes, beyond);
      least = Math.min(least, mistakes);
    }
    if (least > most) return beyond;
    [twoBefore, before, row] = [before, row, twoBefore];
  }
  return before[other.length] as number;
};
