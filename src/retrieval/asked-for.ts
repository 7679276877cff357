import { analysedText } from '../text/analysed.ts';
import { transcriptTurns } from '../text/transcript.ts';

/** The last turns of a transcript are asked for, the last one most. */
const TRANSCRIPT_TAIL = [1, 0.4, 0.2];

/** A part of a question, with its share in the answer. */
export interface AskedFor {
  readonly text: string;
  readonly share: number;
}

/**
 * What a question asks for, the most telling first: itself, or the last turns of the transcript that it is; of a long one
 * no more than is analysed.
 */
export const askedFor = (question: string): AskedFor[] => {
  const turns = transcriptTurns(question);
  if (!turns) return [{ text: analysedText(question), share: 1 }];
  const tail = turns.slice(-TRANSCRIPT_TAIL.length).reverse();
  const total = tail.reduce((sum, _, i) => sum + (TRANSCRIPT_TAIL[i] as number), 0);
  return tail.map((text, i) => ({ text: analysedText(text), share: (TRANSCRIPT_TAIL[i] as number) / total }));
};
