const DAY_MS = 86_400_000;

/** Midnight of a day at UTC. Months count from 1; months and days that a year or month has not roll over. */
export const midnightOf = (year: number, month: number, day = 1): number =>
  // Not Date.UTC, which takes the years up to 99 for those of the last century.
  new Date(0).setUTCFullYear(year, month - 1, day);

/** From a moment up to another, which is outside: epoch milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** A month of a year, or a day of it. */
export interface YearDay {
  readonly month: number;
  readonly day: number | null;
}

/** A month or a day of any year, or all from one to the end of another, by clocks that are so far ahead of UTC. */
export interface YearlySpan extends YearDay {
  readonly until?: YearDay;
  readonly offsetMs: number;
}

/** A time that a question names. */
export type TimeSpan = TimeRange | YearlySpan;

const endIn = ({ month, day }: YearDay, year: number): number =>
  day === null ? midnightOf(year, month + 1) : midnightOf(year, month, day) + DAY_MS;

/** A yearly span in a year. The 29th of February is the 1st of March of most years. */
export const inYear = ({ month, day, until, offsetMs }: YearlySpan, year: number): TimeRange => {
  const from = midnightOf(year, month, day ?? 1);
  const end = endIn(until ?? { month, day }, year);
  // From December to January.
  const to = end > from || !until ? end : endIn(until, year + 1);
  return { from: from - offsetMs, to: to - offsetMs };
};

/** A span in a year, in the year before and in the one after. */
const aroundYear = (span: TimeSpan, year: number): readonly TimeRange[] =>
  'from' in span ? [span] : [year - 1, year, year + 1].map((each) => inYear(span, each));

/**
 * How far moments lie from the nearest of some spans: milliseconds, 0 within. Asked for moments in their order it seldom
 * has to look at a calendar.
 */
export const awayFrom = (spans: readonly TimeSpan[]): ((atMs: number) => number) => {
  let yearStart = Number.NaN;
  let yearEnd = Number.NaN;
  let near: readonly TimeRange[] = [];
  return (atMs) => {
    if (!(atMs >= yearStart && atMs < yearEnd)) {
      const year = new Date(atMs).getUTCFullYear();
      yearStart = midnightOf(year, 1);
      yearEnd = midnightOf(year + 1, 1);
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

/** Whether all of some spans are over at a moment, and there are any. One of any year may be the next one. */
export const isOver = (spans: readonly TimeSpan[], nowMs: number): boolean =>
  spans.length > 0 && spans.every((span) => 'from' in span && span.to <= nowMs);
