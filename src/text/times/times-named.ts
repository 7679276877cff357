import { analysedText } from '../analysed.ts';
import type { TimeSpan } from '../time-spans.ts';
import { englishTimes } from './english.ts';
import { languagesToRead } from './readers.ts';
import { spokenTimes } from './spoken.ts';
import { tokensOf } from './tokens.ts';

/** What was read by clocks that show UTC, by clocks that are ahead of it. */
const atOffset = (span: TimeSpan, offsetMs: number): TimeSpan =>
  'from' in span ? { from: span.from - offsetMs, to: span.to - offsetMs } : { ...span, offsetMs };

/** In the first language in which the text names one. */
const timesIn = (text: string, nowMs: number): TimeSpan[] => {
  const tokens = tokensOf(text);
  for (const language of languagesToRead(text, tokens)) {
    const times = language === 'en' ? englishTimes(text, tokens, nowMs) : spokenTimes(tokens, language, nowMs);
    if (times.length > 0) return times;
  }
  return [];
};

/**
 * The times that a question names: days, months, seasons, years, and those told from `nowMs` ("last spring").
 *
 * @param offsetMs how far the clocks are ahead of UTC by which days are told.
 */
export const timesNamedIn = (text: string, nowMs: number, offsetMs = 0): TimeSpan[] =>
  timesIn(analysedText(text), nowMs + offsetMs).map((span) => atOffset(span, offsetMs));
