import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { isInstruction } from '../../../text/standing-preference.ts';
import { textOf } from './phrases.ts';
import type { ReadTurn, Sentence } from './turns.ts';

/** An instruction says itself what it wants. */
const CONFIDENCE = 0.8;
const JOINED_BY: ReadonlySet<string> = new Set(['and', 'but', 'so', 'or', 'then']);

/** A sentence as it was said, without the words that lead up to it. */
const saidIn = ({ clauses }: Sentence): string =>
  clauses.map(({ words, lead }, i) => `${i > 0 && JOINED_BY.has(lead) ? `${lead} ` : ''}${textOf(words)}`).join(' ');

/** What whoever answers is to do each time, as facts of whoever wants it: "Always answer in German." */
export const instructionsOf = ({ turn, sentences }: ReadTurn): FactDraft[] => {
  if (turn.isNamed) return [];
  return sentences.flatMap((sentence) => {
    const said = saidIn(sentence);
    if (sentence.isQuestion || !isInstruction(said)) return [];
    return [
      {
        text: `${turn.speaker} asks: ${said}.`,
        subject: turn.speaker,
        predicate: 'instructs',
        object: said,
        category: 'instruction' as const,
        confidence: CONFIDENCE,
        validFromMs: null,
        validToMs: null,
        entities: [{ name: turn.speaker, kind: 'person' }],
        messageKeys: [turn.key],
      },
    ];
  });
};
