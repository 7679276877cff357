import { midnightOf, type TimeRange } from '../time-spans.ts';

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'weekend' | 'month' | 'year';

/** Said of a time: the one before, the present one, the one after. */
export type Which = 'last' | 'this' | 'next';

const DAY_MS = 86_400_000;
const PARTS_MS = { minute: 60_000, hour: 3_600_000 };

/** Months in which the seasons of the northern half begin: spring, summer, autumn, winter, which ends in the year after. */
const SEASON_STARTS = [3, 6, 9, 12] as const;
const SEASON_MONTHS = 3;

const isWithin = ({ from, to }: TimeRange, ms: number): boolean => from <= ms && ms < to;

/** The calendar around a moment: ranges of it as one says them then. All of it by clocks that show UTC. */
export class Calendar {
  readonly nowMs: number;
  readonly #year: number;
  readonly #month: number;
  readonly #day: number;
  readonly #midnight: number;
  /** From 1, Monday. */
  readonly #weekday: number;

  constructor(nowMs: number) {
    const now = new Date(nowMs);
    this.nowMs = nowMs;
    this.#year = now.getUTCFullYear();
    this.#month = now.getUTCMonth() + 1;
    this.#day = now.getUTCDate();
    this.#midnight = midnightOf(this.#year, this.#month, this.#day);
    this.#weekday = ((now.getUTCDay() + 6) % 7) + 1;
  }

  /** Whole units of the calendar, Monday first: this week is 0 back, the next one -1. */
  unit(unit: Unit, back: number): TimeRange {
    const monday = this.#midnight - (this.#weekday - 1 + 7 * back) * DAY_MS;
    switch (unit) {
      case 'year':
        return { from: midnightOf(this.#year - back, 1), to: midnightOf(this.#year - back + 1, 1) };
      case 'month':
        return this.months(this.#year, this.#month - back);
      case 'week':
        return { from: monday, to: monday + 7 * DAY_MS };
      case 'weekend':
        return { from: monday + 5 * DAY_MS, to: monday + 7 * DAY_MS };
      default:
        return this.#dayOf(this.#midnight - back * DAY_MS);
    }
  }

  /** "Two weeks ago", as exactly as one means it: a day, the week around one, a month, a year. */
  ago(unit: Unit, count: number): TimeRange {
    switch (unit) {
      case 'minute':
      case 'hour':
        return this.#dayOf(this.nowMs - count * PARTS_MS[unit]);
      case 'week': {
        const day = this.#midnight - 7 * count * DAY_MS;
        return { from: day - 3 * DAY_MS, to: day + 4 * DAY_MS };
      }
      default:
        return this.unit(unit, count);
    }
  }

  /** "The past two weeks": up to the end of today. */
  past(unit: Unit, count: number): TimeRange {
    const to = this.#midnight + DAY_MS;
    switch (unit) {
      case 'year':
        return { from: midnightOf(this.#year - count, this.#month, this.#day), to };
      case 'month':
        return { from: this.#midnight - 30 * count * DAY_MS, to };
      case 'week':
        return { from: this.#midnight - 7 * count * DAY_MS, to };
      case 'weekend':
        return { from: this.unit('weekend', count).from, to };
      default:
        return { from: this.ago(unit, count).from, to };
    }
  }

  months(year: number, month: number, months = 1): TimeRange {
    return { from: midnightOf(year, month), to: midnightOf(year, month + months) };
  }

  /** @param season from 0, spring. */
  season(season: number, year: number): TimeRange {
    return this.months(year, SEASON_STARTS[season] as number, SEASON_MONTHS);
  }

  /** Memories lie behind: without more said, a day of the week, a month or a season is the latest that has begun. */
  seasonNear(season: number, which: Which | null): TimeRange {
    return this.#near((year) => this.season(season, year), which);
  }

  /** @param day null for the whole month. */
  dateNear(month: number, day: number | null, which: Which | null): TimeRange {
    const inYear = (year: number): TimeRange =>
      day === null ? this.months(year, month) : this.#dayOf(midnightOf(year, month, day));
    return this.#near(inYear, which);
  }

  /** @param weekday from 1, Monday. */
  weekdayNear(weekday: number, which: Which | null): TimeRange {
    const back = (this.#weekday - weekday + 7) % 7;
    if (which === 'next') return this.unit('day', back - 7);
    return this.unit('day', which === 'last' && back === 0 ? 7 : back);
  }

  #near(inYear: (year: number) => TimeRange, which: Which | null): TimeRange {
    const here = inYear(this.#year);
    const all = [inYear(this.#year - 2), inYear(this.#year - 1), here, inYear(this.#year + 1), inYear(this.#year + 2)];
    const found =
      which === 'last'
        ? all.findLast(({ to }) => to <= this.nowMs)
        : which === 'next'
          ? all.find(({ from }) => from > this.nowMs)
          : which === 'this'
            ? (all.find((range) => isWithin(range, this.nowMs)) ?? here)
            : all.findLast(({ from }) => from <= this.nowMs);
    return found ?? here;
  }

  #dayOf(ms: number): TimeRange {
    const from = Math.floor(ms / DAY_MS) * DAY_MS;
    return { from, to: from + DAY_MS };
  }
}
