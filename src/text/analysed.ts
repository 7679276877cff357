/** UTF-16 units of a longer question that are analysed: half of them from its beginning, half from its end. */
const MOST = 4_096;

/**
 * What of a question is analysed: with single blanks for white space, and no more than the beginning and the end of a long
 * one. So no reading of a question, by whatever expressions or libraries, takes longer than that of 4 KiB.
 */
export const analysedText = (question: string): string => {
  const text = question.replaceAll(/\s+/g, ' ').trim();
  return text.length <= MOST ? text : `${text.slice(0, MOST / 2)} ${text.slice(-MOST / 2)}`;
};
