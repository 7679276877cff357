import type { Statement } from './statements.ts';

/** What a statement of this form is worth. */
const QUESTION = 0.5;
const OWN = 1.5;
/** How much of a term's worth is left each time that it was told. */
const TOLD_AGAIN = 0.3;
/** Long statements cost a little less than their words. */
const LENGTH_POWER = 0.85;
/** The share of the words that were said, and its bounds. */
const SHARE = 0.2;
const LEAST_WORDS = 25;
const MOST_WORDS = 100;
/** By how many words a statement may go beyond. */
const LEEWAY = 5;

/** The length of a summary of so many words. */
export const summaryLength = (words: number): number =>
  Math.min(MOST_WORDS, Math.max(LEAST_WORDS, Math.round(SHARE * words)));

const salienceOf = ({ isQuestion, isOwn }: Statement): number => (isQuestion ? QUESTION : 1) * (isOwn ? OWN : 1);

/**
 * Chooses statements for a summary of about so many words, the most telling first: one after the other that which covers most
 * for its length of what is not told yet. What a term is worth grows with the statements that have it, each by its form.
 * `bun run bench episodes` holds it against the first words of as many.
 */
export const chooseStatements = (statements: readonly Statement[], words: number): Statement[] => {
  const worths = new Map<string, number>();
  for (const statement of statements) {
    for (const term of statement.terms) worths.set(term, (worths.get(term) ?? 0) + salienceOf(statement));
  }
  for (const [term, worth] of worths) worths.set(term, Math.sqrt(worth));
  const left = new Set(statements);
  const chosen: Statement[] = [];
  for (let room = words; room > 0 && left.size > 0; ) {
    let [best, highest]: [Statement | null, number] = [null, 0];
    for (const statement of left) {
      const covered = statement.terms.reduce((sum, term) => sum + (worths.get(term) as number), 0);
      const value = (covered * salienceOf(statement)) / statement.length ** LENGTH_POWER;
      if (value > highest) [best, highest] = [statement, value];
    }
    if (!best) break;
    left.delete(best);
    // The first one is told whatever its length.
    if (best.length > room + LEEWAY && chosen.length > 0) continue;
    chosen.push(best);
    room -= best.length;
    for (const term of best.terms) worths.set(term, (worths.get(term) as number) * TOLD_AGAIN);
  }
  return chosen;
};
