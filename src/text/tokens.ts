/**
 * Longest run without a boundary that a tokenizer is given in one piece. Merging pairs takes time that grows with the
 * square of a run: 250,000 times the letter a took four minutes.
 */
const MAX_RUN = 1_000;

/** Every character stands in one run, so that all of them are found in one pass. */
const RUN = /\S+|\s+/g;

/** As many tokens as a text can have: each stands for a byte of it at the least. */
export const mostTokens = (text: string): number => Buffer.byteLength(text);

/**
 * Cuts a text into parts whose token counts add up to its own: at the edges of runs that no language has, of letters
 * without a blank or blanks without a letter, and within those every 1,000 characters, where a count may be off by one.
 */
export const tokenizableParts = (text: string): string[] => {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (run.length <= MAX_RUN) continue;
    if (index > end) parts.push(text.slice(end, index));
    end = index + run.length;
    for (let at = index; at < end; at += MAX_RUN) parts.push(text.slice(at, Math.min(at + MAX_RUN, end)));
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end));
  return parts;
};
