import type { ParsedResult } from 'chrono-node';
// English alone: all its languages take 5 MB of each thread.
import { casual } from 'chrono-node/en';
import { inYear, midnightOf, type TimeRange, type TimeSpan } from '../time-spans.ts';
import { Calendar, type Unit, type Which } from './calendar.ts';
import { spokenRanges } from './spoken.ts';

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

const SEASONS = ['spring', 'summer', 'autumn', 'winter'];
const SEASON =
  /\b(?:(last|this|next)\s+|in |the |of |during )?(spring|summer|autumn|fall|winter)(?:\s+(?:of\s+)?(\d{4}))?\b/gi;
const YEAR = /\b(in|of|during|since)\s+((?:19|20)\d\d)\b/i;
const CALENDAR = /\b(last|past|this)\s+(weekend|week|month|year)\b/i;
const DAY_MS = 86_400_000;
const LEAST_YEAR_MS = 365 * DAY_MS;

/** What stands before a time, of which as many characters are looked at. */
const LEAD = 24;
const leadOf = (text: string, place: number): string => text.slice(Math.max(0, place - LEAD), place);

const SINCE = /\bsince (?:the )?$/i;

/** Up to any time when "since" stands before it. */
const opened = (range: TimeRange, lead: string): TimeRange =>
  SINCE.test(lead) ? { from: range.from, to: Number.POSITIVE_INFINITY } : range;

const seasonSpan = (question: string, calendar: Calendar): TimeRange | null => {
  for (const { 0: said, 1: which = '', 2: name = '', 3: year, index } of question.matchAll(SEASON)) {
    // A bare "spring" is a season of a bed as well.
    if (said.toLowerCase() === name.toLowerCase()) continue;
    const season = SEASONS.indexOf(name.toLowerCase().replace('fall', 'autumn'));
    const range = year
      ? calendar.season(season, Number(year))
      : calendar.seasonNear(season, which ? (which.toLowerCase() as Which) : null);
    return opened(range, leadOf(question, index));
  }
  return null;
};

/** "last week", "last month", "last year", "this ...": ranges of the calendar, which chrono gives as a single day. */
const calendarSpan = (question: string, calendar: Calendar): TimeRange | null => {
  const found = CALENDAR.exec(question);
  if (!found) return null;
  const [, which = '', said = ''] = found;
  const unit = said.toLowerCase() as Unit;
  if (which.toLowerCase() === 'past' && unit !== 'weekend') return calendar.past(unit, 1);
  return opened(calendar.unit(unit, which.toLowerCase() === 'this' ? 0 : 1), leadOf(question, found.index));
};

const MAY_BE_RANGE = /\b(?:between|from|week of)\b/i;
const NEXT = /\b(?:next|coming|upcoming)\b/i;

const spanOf = ({ start, end, text }: ParsedResult, calendar: Calendar): TimeSpan | null => {
  const at = start.date();
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  const hasDay = start.isCertain('day') || start.isCertain('weekday');
  if (!hasDay && !start.isCertain('month')) {
    return start.isCertain('year') && /\byears?\b/i.test(text)
      ? { from: midnightOf(year, 1), to: midnightOf(year + 1, 1) }
      : null;
  }
  const midnight = midnightOf(year, month, day);
  if (end) {
    const last = end.date();
    return {
      from: midnight,
      to: midnightOf(last.getUTCFullYear(), last.getUTCMonth() + 1, last.getUTCDate()) + DAY_MS,
    };
  }
  if (/\bweeks?\b/i.test(text)) return { from: midnight - 3 * DAY_MS, to: midnight + 4 * DAY_MS };
  if (/\bmonths?\b/i.test(text)) return calendar.months(year, month);
  if (!hasDay && start.isCertain('year')) return calendar.months(year, month);
  // A date without its year is not the next one from now, but one that was.
  if (start.isCertain('month') && !start.isCertain('year')) return { month, day: hasDay ? day : null, offsetMs: 0 };
  // The same of a day of the week, of which chrono takes the nearest.
  const weekday = start.isCertain('day') || NEXT.test(text) ? null : start.get('weekday');
  if (weekday !== null && midnight > calendar.nowMs) return calendar.weekdayNear(weekday === 0 ? 7 : weekday, null);
  return { from: midnight, to: midnight + DAY_MS };
};

/** A date without its year is the latest since which it may be. */
const sinceOf = (span: TimeSpan, lead: string, calendar: Calendar): TimeSpan => {
  if (!SINCE.test(lead)) return span;
  return opened('month' in span ? calendar.dateNear(span.month, span.day, null) : span, lead);
};

/** "In May last year": spans of any year in that one. */
const withinYear = (year: TimeRange, spans: readonly TimeSpan[]): TimeSpan[] => {
  const number = new Date(year.from).getUTCFullYear();
  return spans.map((span) => ('month' in span ? inYear(span, number) : span));
};

/** The months and days that are named beside a year, or all of it. */
const datesOf = (year: TimeRange, spans: readonly TimeSpan[]): TimeSpan[] => {
  const dates = spans.filter((span) => 'month' in span);
  return dates.length > 0 ? withinYear(year, dates) : [year];
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
 * The times that an English question names, by clocks that show UTC. Dates are read by chrono-node, the field's usual
 * library for them; ranges of them, of which it reads one end or both, by words.
 *
 * @param tokens of the question.
 */
export const englishTimes = (question: string, tokens: readonly string[], nowMs: number): TimeSpan[] => {
  if (question.search(MAY_NAME_TIME) < 0) return [];
  const calendar = new Calendar(nowMs);
  const told = calendarSpan(question, calendar) ?? seasonSpan(question, calendar);
  if (told && (told.to - told.from < LEAST_YEAR_MS || told.to === Number.POSITIVE_INFINITY)) return [told];
  const ranges = MAY_BE_RANGE.test(question) ? spokenRanges(tokens, 'en', nowMs) : [];
  if (ranges.length > 0) return told ? withinYear(told, ranges) : ranges;
  const instant = new Date(nowMs);
  const spans = windowsOf(question)
    .flatMap((window) =>
      casual
        .parse(window, { instant, timezone: 'UTC' })
        .map((result) => [spanOf(result, calendar), leadOf(window, result.index)] as const),
    )
    .flatMap(([span, lead]) => (span ? [sinceOf(span, lead, calendar)] : []));
  if (told) return datesOf(told, spans);
  if (spans.length > 0) return spans;
  const [, preposition = '', year] = YEAR.exec(question) ?? [];
  if (!year) return [];
  const to = preposition.toLowerCase() === 'since' ? Infinity : midnightOf(Number(year) + 1, 1);
  return [{ from: midnightOf(Number(year), 1), to }];
};
