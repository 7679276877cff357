import { analysedText } from '../analysed.ts';
import type { TimeSpan } from '../time-spans.ts';
import { englishTimes } from './english.ts';

/** What was read by clocks that show UTC, by clocks that are ahead of it. */
const atOffset = (span: TimeSpan, offsetMs: number): TimeSpan =>
  'from' in span ? { from: span.from - offsetMs, to: span.to - offsetMs } : { ...span, offsetMs };

/**
 * The times that a question names: days, months, seasons, years, and those told from `nowMs` ("last spring").
 *
 * @param offsetMs how far the clocks are ahead of UTC by which days are told.
 */
export const timesNamedIn = (text: string, nowMs: number, offsetMs = 0): TimeSpan[] =>
  englishTimes(analysedText(text), nowMs + offsetMs).map((span) => atOffset(span, offsetMs));
