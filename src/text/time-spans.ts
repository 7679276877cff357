import * as chrono from 'chrono-node';
import { analysedText } from './analysed.ts';

/** A stretch of time that a question names: from a moment up to another, or a month, or a day of it, of any year. */
export type TimeSpan =
  | { readonly from: number; readonly to: number }
  | { readonly month: number; readonly day: number | null };

/** Most questions name no time, and reading one with chrono costs a fifth of a millisecond. */
const MAY_NAME_TIME =
  /\d|\b(?:today|yesterday|ago|(?:last|this|past) (?:few|couple|night|morning|afternoon|evening|noon|minutes?|hours?|days?|weeks|months|years|quarters?|decades?)|week|weekend|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter)\b/gi;

/**
 * Chrono takes time by a high power of what it is given (500 characters: no end in a minute), so it reads windows around
 * what may name a time: characters before and after that, in a window at the most, and windows.
 */
const BEFORE = 30;
const AFTER = 50;
const MAX_WINDOW = 100;
const MAX_WINDOWS = 4;

/** Seasons of the northern half, as their first month and how many; winter ends in the year after. */
const SEASONS: Readonly<Record<string, readonly [number, number]>> = {
  spring: [3, 3],
  summer: [6, 3],
  autumn: [9, 3],
  fall: [9, 3],
  winter: [12, 3],
};
const SEASON =
  /\b(?:(last|this|next)\s+|in |the |of |during )?(spring|summer|autumn|fall|winter)(?:\s+(?:of\s+)?(\d{4}))?\b/gi;
const YEAR = /\b(in|of|during|since)\s+((?:19|20)\d\d)\b/i;
const DAY_MS = 86_400_000;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

const monthSpan = (year: number, month: number, months = 1): Stretch => ({
  from: Date.UTC(year, month - 1, 1),
  to: Date.UTC(year, month - 1 + months, 1),
});

const seasonSpan = (question: string, now: Date): TimeSpan | null => {
  for (const [said, which = '', name = '', saidYear] of question.matchAll(SEASON)) {
    const season = SEASONS[name.toLowerCase()];
    // A bare "spring" is a season of a bed as well.
    if (!season || said.toLowerCase() === name.toLowerCase()) continue;
    const inYear = (year: number): Stretch => monthSpan(year, ...season);
    if (saidYear) return inYear(Number(saidYear));
    const thisYear = now.getUTCFullYear();
    const all = [-2, -1, 0, 1].map((years) => inYear(thisYear + years));
    const nowMs = now.getTime();
    switch (which.toLowerCase()) {
      case 'last':
        return all.findLast(({ to }) => to <= nowMs) ?? null;
      case 'next':
        return all.find(({ from }) => from > nowMs) ?? null;
      case 'this':
        return all.find(({ from, to }) => from <= nowMs && nowMs < to) ?? inYear(thisYear);
      default:
        return all.findLast(({ from }) => from <= nowMs) ?? null;
    }
  }
  return null;
};

const midnightOf = (at: Date): number => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());

const spanOf = ({ start, end, text }: chrono.ParsedResult): TimeSpan | null => {
  const hasDay = start.isCertain('day') || start.isCertain('weekday');
  if (!hasDay && !start.isCertain('month')) return null;
  const at = start.date();
  const midnight = midnightOf(at);
  if (end) return { from: midnight, to: midnightOf(end.date()) + DAY_MS };
  if (/\bweeks?\b/i.test(text)) return { from: midnight - 3 * DAY_MS, to: midnight + 4 * DAY_MS };
  const month = at.getUTCMonth() + 1;
  if (/\bmonths?\b/i.test(text)) return monthSpan(at.getUTCFullYear(), month);
  if (!hasDay && start.isCertain('year')) return monthSpan(at.getUTCFullYear(), month);
  // A date without its year is not the next one from now, but one that was.
  if (start.isCertain('month') && !start.isCertain('year')) return { month, day: hasDay ? at.getUTCDate() : null };
  return { from: midnight, to: midnight + DAY_MS };
};

/** "last week", "last month", "last year", "this ...": calendar stretches, which chrono gives as a single day. */
const calendarSpan = (question: string, now: Date): TimeSpan | null => {
  const [, which = '', unit = ''] = /\b(last|past|this)\s+(weekend|week|month|year)\b/i.exec(question) ?? [];
  if (!unit) return null;
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  const midnight = midnightOf(now);
  const isPast = which.toLowerCase() === 'past';
  const back = which.toLowerCase() === 'this' ? 0 : 1;
  const monday = midnight - ((now.getUTCDay() + 6) % 7) * DAY_MS - back * 7 * DAY_MS;
  switch (unit.toLowerCase()) {
    case 'year':
      if (isPast) return { from: Date.UTC(year - 1, month, now.getUTCDate()), to: midnight + DAY_MS };
      return { from: Date.UTC(year - back, 0, 1), to: Date.UTC(year - back + 1, 0, 1) };
    case 'month':
      if (isPast) return { from: midnight - 30 * DAY_MS, to: midnight + DAY_MS };
      return monthSpan(year, month + 1 - back);
    case 'weekend':
      return { from: monday + 5 * DAY_MS, to: monday + 7 * DAY_MS };
    default:
      if (isPast) return { from: midnight - 7 * DAY_MS, to: midnight + DAY_MS };
      return { from: monday, to: monday + 7 * DAY_MS };
  }
};

/** The end of a word at or before a place of a text, unless the word is longer than that. */
const wordEnd = (text: string, from: number, place: number): number => {
  if (place >= text.length) return text.length;
  const blank = text.lastIndexOf(' ', place);
  return blank > from ? blank : place;
};

/** The parts of a text with single blanks that may name a time, whole words, none longer than a window. */
const windowsOf = (text: string): string[] => {
  if (text.length <= MAX_WINDOW) return [text];
  const windows: string[] = [];
  let end = 0;
  for (const { 0: said, index } of text.matchAll(MAY_NAME_TIME)) {
    if (windows.length === MAX_WINDOWS) break;
    // It stands in the last window already.
    if (index + said.length <= end) continue;
    const near = Math.max(end, index - BEFORE);
    const from = near === 0 ? 0 : wordEnd(text, end, near);
    end = Math.max(wordEnd(text, from, Math.min(from + MAX_WINDOW, index + said.length + AFTER)), index + said.length);
    windows.push(text.slice(from, end));
  }
  return windows;
};

/**
 * The times that a question names: days, months, seasons, years, and those told from `nowMs` ("last spring"). Days are
 * those of UTC. Dates are read by chrono-node, the field's usual library for them.
 */
export const timeSpansOf = (text: string, nowMs: number): TimeSpan[] => {
  const question = analysedText(text);
  if (question.search(MAY_NAME_TIME) < 0) return [];
  const now = new Date(nowMs);
  const told = calendarSpan(question, now) ?? seasonSpan(question, now);
  if (told) return [told];
  const spans = windowsOf(question)
    .flatMap((window) => chrono.en.casual.parse(window, { instant: now, timezone: 'UTC' }))
    .flatMap((result) => spanOf(result) ?? []);
  if (spans.length > 0) return spans;
  const [, preposition = '', year] = YEAR.exec(question) ?? [];
  if (!year) return [];
  const isOpen = preposition.toLowerCase() === 'since';
  return [{ from: Date.UTC(Number(year), 0, 1), to: isOpen ? Infinity : Date.UTC(Number(year) + 1, 0, 1) }];
};

/** A span of that year, the year before and the one after. */
const aroundYear = (span: TimeSpan, year: number): readonly { readonly from: number; readonly to: number }[] => {
  if ('from' in span) return [span];
  const { month, day } = span;
  return [year - 1, year, year + 1].map((each) =>
    day === null
      ? { from: Date.UTC(each, month - 1, 1), to: Date.UTC(each, month, 1) }
      : { from: Date.UTC(each, month - 1, day), to: Date.UTC(each, month - 1, day) + DAY_MS },
  );
};

/**
 * How far moments lie from the nearest of some spans: milliseconds, 0 within; days and months are those of UTC. Asked for
 * moments in their order it seldom has to look at a calendar.
 */
export const awayFrom = (spans: readonly TimeSpan[]): ((atMs: number) => number) => {
  let yearStart = Number.NaN;
  let yearEnd = Number.NaN;
  let near: readonly { readonly from: number; readonly to: number }[] = [];
  return (atMs) => {
    if (!(atMs >= yearStart && atMs < yearEnd)) {
      const year = new Date(atMs).getUTCFullYear();
      yearStart = Date.UTC(year, 0, 1);
      yearEnd = Date.UTC(year + 1, 0, 1);
      near = spans.flatMap((span) => aroundYear(span, year));
    }
    let least = Number.POSITIVE_INFINITY;
    for (const { from, to } of near) {
      // The end is outside.
      least = Math.min(least, atMs < from ? from - atMs : atMs >= to ? atMs - to + 1 : 0);
    }
    return least;
  };
};
