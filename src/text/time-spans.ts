import * as chrono from 'chrono-node';

/** A stretch of time that a question names: from a moment up to another, or a month, or a day of it, of any year. */
export type TimeSpan =
  | { readonly from: number; readonly to: number }
  | { readonly month: number; readonly day: number | null };

/** Most questions name no time, and reading one with chrono costs a fifth of a millisecond. */
const MAY_NAME_TIME =
  /\d|\b(?:today|yesterday|ago|last|this|past|week|weekend|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter)\b/i;

/** Characters of a longer question that dates are read in. */
const MAX_READ = 500;

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

/**
 * The times that a question names: days, months, seasons, years, and those told from `nowMs` ("last spring"). Days are
 * those of UTC. Dates are read by chrono-node, the field's usual library for them.
 */
export const timeSpansOf = (question: string, nowMs: number): TimeSpan[] => {
  if (!MAY_NAME_TIME.test(question)) return [];
  const now = new Date(nowMs);
  const told = calendarSpan(question, now) ?? seasonSpan(question, now);
  if (told) return [told];
  const text = question.slice(0, MAX_READ);
  const spans = chrono.en.casual
    .parse(text, { instant: now, timezone: 'UTC' })
    .flatMap((result) => spanOf(result) ?? []);
  if (spans.length > 0) return spans;
  const [, preposition = '', year] = YEAR.exec(text) ?? [];
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
