import { type Quantised, quantiseQuestion } from '../embedding/quantised.ts';
import { type Asked, askedOf } from '../text/marks.ts';
import { termsOf } from '../text/terms.ts';
import type { TimeSpan } from '../text/time-spans.ts';
import { timesNamedIn } from '../text/times/times-named.ts';
import type { PieceExpansion } from './index/meaning.ts';
import type { UserIndex } from './index/user-index.ts';

/** Word pieces of a longer question that are asked for. */
const MAX_PIECES = 64;

const HAS_WORD = /[\p{L}\p{N}]/u;

/** A question as the steps of the ranking see it. */
export interface Question {
  readonly text: string;
  /** Stems without repeats, without the names of speakers. */
  readonly terms: readonly string[];
  readonly pieces: readonly PieceExpansion[];
  /** Direction of the static vector, of length 1; null without a model or a word, or for words that it does not know. */
  readonly vector: Quantised<Int16Array> | null;
  /** The same as numbers that are not rounded. */
  readonly direction: Float32Array | null;
  /** The vector by the configured model; null when there is none, or it did not answer in time. */
  readonly byModel: Quantised<Int16Array> | null;
  readonly asked: Asked;
  /** The one speaker that it is about; null when it names none, or several alike. */
  readonly speaker: number | null;
  readonly times: readonly TimeSpan[];
}

/**
 * @param nowMs what "last week" is told from.
 * @param byModel the question's vector by the configured model.
 * @param offsetMs how far the clocks are ahead of UTC by which days are told.
 */
export const readQuestion = (
  text: string,
  index: UserIndex,
  nowMs: number,
  byModel: Float32Array | null = null,
  offsetMs = 0,
): Question => {
  const { subject, words } = index.speakers.namedIn(text);
  const naming = new Set([...words].flatMap(termsOf));
  const all = [...new Set(termsOf(text))];
  const terms = all.filter((term) => !naming.has(term));
  const { meaning } = index;
  const { sum, pieces } = meaning?.read(text) ?? {};
  const length = sum ? Math.sqrt(sum.reduce((total, x) => total + x * x, 0)) : 0;
  const direction = sum && length > 0 && HAS_WORD.test(text) ? sum.map((x) => x / length) : null;
  return {
    text,
    // Somebody's name and nothing else is what is asked for.
    terms: terms.length > 0 ? terms : all,
    pieces: meaning && pieces ? [...pieces].slice(0, MAX_PIECES).map((piece) => meaning.expand(piece)) : [],
    vector: direction && quantiseQuestion(direction),
    direction,
    byModel: byModel && quantiseQuestion(byModel),
    asked: askedOf(text),
    speaker: subject,
    times: timesNamedIn(text, nowMs, offsetMs),
  };
};
