/**
 * Longest run without a boundary that a tokenizer is given in one piece. Merging pairs takes time that grows with the
 * square of a run: 250,000 times the letter a took four minutes.
 */
const MAX_RUN = 1_000;

const LONG_RUN = new RegExp(`\\S{${MAX_RUN + 1},}|\\s{${MAX_RUN + 1},}`, 'gu');

/**
 * Cuts a text into parts whose token counts add up to its own: at the edges of runs that no language has, of letters
 * without a blank or blanks without a letter, and within those every 1,000 characters, where a count may be off by one.
 */
export const tokenizableParts = (text: string): string[] => {
  const parts: string[] = [];
  let end = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    if (run.index > end) parts.push(text.slice(end, run.index));
    end = run.index + run[0].length;
    for (let at = run.index; at < end; at += MAX_RUN) parts.push(text.slice(at, Math.min(at + MAX_RUN, end)));
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end));
  return parts;
};
