import { inYear, type TimeRange, type TimeSpan } from '../time-spans.ts';
import { Calendar, type Unit } from './calendar.ts';
import { isDay, isMonth, isYear, MOST_MONTHS, numericDateAt, type SaidDate, yearBy } from './date-numbers.ts';
import { Lexemes } from './lexemes.ts';
import { lexiconOf, type Word } from './lexicon.ts';
import type { SpokenLanguage } from './spoken-languages.ts';

/** Times of one question. */
const MOST_TIMES = 8;
const MOST_COUNT = 999;
const DAYS_OF_WEEK = 7;
const DAY_MS = 86_400_000;
const LEAST_YEAR_MS = 365 * DAY_MS;

/** What stands at a place: a date, or else a range of time. */
type Said = { readonly end: number } & ({ readonly date: SaidDate } | { readonly range: TimeRange });

const yearIn = (range: TimeRange): number => new Date(range.from).getUTCFullYear();

/** Reads the times of one text in one language: a look at each word, and at a few behind it. */
class Reader {
  readonly #lexemes: Lexemes;
  readonly #calendar: Calendar;

  constructor(lexemes: Lexemes, calendar: Calendar) {
    this.#lexemes = lexemes;
    this.#calendar = calendar;
  }

  times(): TimeSpan[] {
    return withinYears(this.#all((at) => this.#rangeAt(at) ?? this.#sinceAt(at) ?? this.#timeAt(at)));
  }

  ranges(): TimeSpan[] {
    return this.#all((at) => this.#rangeAt(at) ?? this.#weekOfMonthAt(at));
  }

  #all(findAt: (at: number) => { readonly span: TimeSpan; readonly end: number } | null): TimeSpan[] {
    const spans: TimeSpan[] = [];
    for (let at = 0; at < this.#lexemes.length && spans.length < MOST_TIMES; ) {
      const found = findAt(at);
      if (found) spans.push(found.span);
      at = found?.end ?? at + 1;
    }
    return spans;
  }

  #timeAt(at: number): { span: TimeSpan; end: number } | null {
    const week = this.#weekOfMonthAt(at);
    if (week) return week;
    const said = this.#saidAt(at);
    return said && { span: this.#spanOf(said), end: said.end };
  }

  /** "The first week of May". */
  #weekOfMonthAt(at: number): { span: TimeSpan; end: number } | null {
    const { ordinal } = this.#lexemes.word(at);
    if (ordinal === undefined || this.#lexemes.word(at + 1).unit !== 'week') return null;
    const next = this.#lexemes.word(at + 2).in ? at + 3 : this.#lexemes.between(at + 2);
    const said = this.#dateAt(next, true);
    if (!said || !('date' in said) || said.date.day !== null) return null;
    const { month, year } = said.date;
    const until = { month, day: ordinal * DAYS_OF_WEEK };
    const span = { month, day: until.day - DAYS_OF_WEEK + 1, until, offsetMs: 0 };
    return { span: year === null ? span : inYear(span, year), end: said.end };
  }

  #spanOf(said: Said): TimeSpan {
    if ('range' in said) return said.range;
    const { year, month, day } = said.date;
    const span = { month, day, offsetMs: 0 };
    return year === null ? span : inYear(span, year);
  }

  #saidAt(at: number, isInRange = false): Said | null {
    return (
      numericDateAt(this.#lexemes, at) ??
      this.#agoAt(at) ??
      this.#dateAt(at, isInRange) ??
      this.#monthNearAt(at) ??
      this.#seasonAt(at) ??
      this.#weekdayAt(at) ??
      this.#unitAt(at) ??
      this.#dayAt(at) ??
      this.#yearAt(at)
    );
  }

  /** "From May to June", "between the 3rd and the 7th of May". */
  #rangeAt(at: number): { span: TimeSpan; end: number } | null {
    const isFrom = this.#lexemes.word(at).from === true;
    const from = isFrom ? this.#lexemes.between(at + 1) : at;
    const first = this.#saidAt(from, true) ?? this.#numberAt(from);
    if (!first) return null;
    const joint = this.#lexemes.text(first.end) === '.' ? first.end + 1 : first.end;
    const { to, and } = this.#lexemes.word(joint);
    if (!to && !(and && isFrom) && !/^[-–—~〜]$/.test(this.#lexemes.text(joint))) return null;
    const next = this.#lexemes.between(joint + 1);
    const last = this.#saidAt(next, true) ?? this.#numberAt(next);
    const span = last && this.#rangeOf(first, last);
    return span && { span, end: last.end };
  }

  #rangeOf(first: Said | NumberSaid, last: Said | NumberSaid): TimeSpan | null {
    if ('number' in last) {
      return 'number' in first && isYear(first.number) && isYear(last.number) && first.number <= last.number
        ? this.#joined(this.#calendar.months(first.number, 1), this.#calendar.months(last.number, 1, MOST_MONTHS))
        : null;
    }
    if ('date' in last) {
      const { year, month, day } = last.date;
      const from =
        'number' in first
          ? isDay(first.number) && day !== null && { month, day: first.number, year: null }
          : 'date' in first && first.date;
      if (!from) return 'range' in first ? this.#joined(first.range, this.#near(last.date)) : null;
      if (year === null && from.year === null) {
        return { month: from.month, day: from.day, until: { month, day }, offsetMs: 0 };
      }
      const end = this.#near(last.date);
      const yearOfEnd = year ?? yearIn(end);
      return this.#joined(this.#near({ ...from, year: from.year ?? yearOfEnd - (from.month > month ? 1 : 0) }), end);
    }
    if ('number' in first) return null;
    return this.#joined('date' in first ? this.#near(first.date) : first.range, last.range);
  }

  #joined({ from }: TimeRange, { to }: TimeRange): TimeRange | null {
    return from < to ? { from, to } : null;
  }

  #near({ year, month, day }: SaidDate): TimeRange {
    return year === null ? this.#calendar.dateNear(month, day, null) : inYear({ month, day, offsetMs: 0 }, year);
  }

  /** "Since May", and the same with the word behind. */
  #sinceAt(at: number): { span: TimeSpan; end: number } | null {
    const isBefore = this.#lexemes.word(at).since === true;
    const from = isBefore ? this.#lexemes.between(at + 1) : at;
    const said = this.#saidAt(from, isBefore) ?? (isBefore ? this.#numberAt(from) : null);
    if (!said) return null;
    const isAfter = this.#lexemes.word(said.end).sinceAfter === true;
    if (!isBefore && !isAfter) return null;
    if ('number' in said && !isYear(said.number)) return null;
    const start =
      'number' in said ? this.#calendar.months(said.number, 1) : 'date' in said ? this.#near(said.date) : said.range;
    return { span: { from: start.from, to: Number.POSITIVE_INFINITY }, end: said.end + (isAfter ? 1 : 0) };
  }

  #numberAt(at: number): NumberSaid | null {
    const { number } = this.#lexemes.word(at);
    return number === undefined ? null : { number, end: this.#lexemes.numberEnd(at) };
  }

  /** "Two weeks ago": the word before or behind, and a number, or none for one. */
  #agoAt(at: number): Said | null {
    const isBefore = this.#lexemes.word(at).before === true;
    let end = isBefore ? at + 1 : at;
    const { number, duration } = this.#lexemes.word(end);
    let count = number ?? 1;
    let unit: Unit | undefined;
    if (duration) {
      ({ count, unit } = duration);
    } else {
      // "20 de zile"
      if (number !== undefined) end = this.#lexemes.word(end + 1).unit ? end + 1 : this.#lexemes.between(end + 1);
      ({ unit } = this.#lexemes.word(end));
      // "Last month" of Thai is "month ago", and rather a month of the calendar.
      if (number === undefined && !isBefore && this.#lexemes.word(end + 1).which) return null;
    }
    if (!unit || unit === 'weekend' || count > MOST_COUNT) return null;
    const isAfter = this.#lexemes.word(end + 1).after === true;
    if (!isBefore && !isAfter) return null;
    return { range: this.#calendar.ago(unit, count), end: end + (isAfter ? 2 : 1) };
  }

  /** A month, by its name or number, at a place. */
  #monthAt(at: number): { readonly month: number; readonly end: number; readonly isAlone: boolean } | null {
    const { month, alone, monthBefore, number } = this.#lexemes.word(at);
    if (month !== undefined) return { month, end: at + 1, isAlone: alone === true };
    const next = this.#lexemes.word(at + 1);
    if (monthBefore && isMonth(next.number) && !next.unit) return { month: next.number, end: at + 2, isAlone: true };
    if (isMonth(number) && next.monthAfter) return { month: number, end: at + 2, isAlone: true };
    return null;
  }

  #dateAt(at: number, isInRange: boolean): Said | null {
    return this.#dayFirstAt(at) ?? this.#yearFirstAt(at) ?? this.#monthFirstAt(at, isInRange);
  }

  /** "20 de agosto de 2023", "am 3. Mai letzten Jahres". */
  #dayFirstAt(at: number): Said | null {
    const { number: day } = this.#lexemes.word(at);
    if (!isDay(day) || this.#lexemes.word(at + 1).monthAfter) return null;
    const next = this.#lexemes.between(this.#lexemes.numberEnd(at));
    const { shortMonth } = this.#lexemes.word(next);
    const month = this.#monthAt(next) ?? (shortMonth === undefined ? null : { month: shortMonth, end: next + 1 });
    if (!month) return null;
    const year = this.#yearBehind(month.end);
    return { date: { month: month.month, day, year: year?.year ?? null }, end: year?.end ?? month.end };
  }

  /** "2026年8月20日", "去年8月". */
  #yearFirstAt(at: number): Said | null {
    const said = this.#yearOf(at);
    if (!said) return null;
    const month = this.#monthAt(this.#lexemes.between(said.end));
    if (!month) return null;
    const day = this.#dayBehind(month.end);
    return { date: { month: month.month, day: day?.day ?? null, year: said.year }, end: day?.end ?? month.end };
  }

  /** "Im Mai 2023", "8月20日". */
  #monthFirstAt(at: number, isInRange: boolean): Said | null {
    const month = this.#monthAt(at);
    if (!month) return null;
    const day = this.#dayBehind(month.end);
    const year = this.#yearBehind(day?.end ?? month.end);
    const isSure = month.isAlone || isInRange || day !== null || year !== null;
    if (!isSure && !this.#lexemes.hasCompany(at, month.end)) return null;
    return {
      date: { month: month.month, day: day?.day ?? null, year: year?.year ?? null },
      end: year?.end ?? day?.end ?? month.end,
    };
  }

  /** The day behind a month. */
  #dayBehind(at: number): { readonly day: number; readonly end: number } | null {
    const { number } = this.#lexemes.word(at);
    if (!isDay(number)) return null;
    if (this.#lexemes.word(at + 1).dayAfter) return { day: number, end: at + 2 };
    return this.#lexemes.isMonthFirst ? { day: number, end: this.#lexemes.numberEnd(at) } : null;
  }

  /** "Of 2023", "of last year", behind a month or a season. */
  #yearBehind(at: number): { readonly year: number; readonly end: number } | null {
    let next = this.#lexemes.between(at);
    const { number } = this.#lexemes.word(next);
    if (!isYear(number) && this.#lexemes.word(next).unit === 'year') next += 1;
    return this.#yearOf(next);
  }

  /** A year by its number, or one that is told from now. */
  #yearOf(at: number): { readonly year: number; readonly end: number } | null {
    const { number } = this.#lexemes.word(at);
    if (isYear(number)) {
      return { year: yearBy(number), end: at + (this.#lexemes.word(at + 1).unit === 'year' ? 2 : 1) };
    }
    const said = this.#lexemes.word(at).number === undefined ? this.#unitAt(at) : this.#agoAt(at);
    if (!said || !('range' in said) || said.range.to - said.range.from < LEAST_YEAR_MS) return null;
    return { year: yearIn(said.range), end: said.end };
  }

  /** "Last May". */
  #monthNearAt(at: number): Said | null {
    const around = this.#lexemes.whichAround(at);
    const month = around && this.#lexemes.word(around.at).month;
    return month ? { range: this.#calendar.dateNear(month, null, around.which), end: around.end } : null;
  }

  #seasonAt(at: number): Said | null {
    const ahead = this.#yearOf(at);
    const behindYear = ahead && this.#lexemes.between(ahead.end);
    const seasonOfYear = behindYear === null ? undefined : this.#lexemes.word(behindYear).season;
    if (ahead && behindYear !== null && seasonOfYear !== undefined) {
      return { range: this.#calendar.season(seasonOfYear, ahead.year), end: behindYear + 1 };
    }
    const around = this.#lexemes.whichAround(at);
    const said = around && this.#lexemes.word(around.at).season;
    if (around && said !== undefined && said !== null) {
      return { range: this.#calendar.seasonNear(said, around.which), end: around.end };
    }
    const { season, alone } = this.#lexemes.word(at);
    if (season === undefined) return null;
    const year = this.#yearBehind(at + 1);
    if (year) return { range: this.#calendar.season(season, year.year), end: year.end };
    if (!alone && !this.#lexemes.hasCompany(at, at + 1)) return null;
    return { range: this.#calendar.seasonNear(season, null), end: at + 1 };
  }

  #weekdayAt(at: number): Said | null {
    const around = this.#lexemes.whichAround(at);
    const near = around && this.#lexemes.word(around.at).weekday;
    if (around && near) return { range: this.#calendar.weekdayNear(near, around.which), end: around.end };
    const { weekday } = this.#lexemes.word(at);
    if (!weekday) return null;
    // "On Friday of last week".
    let next = this.#lexemes.between(at + 1);
    if (this.#lexemes.word(next).in) next = this.#lexemes.between(next + 1);
    const week = this.#unitAt(next);
    if (week && 'range' in week && isWeek(week.range)) {
      return { range: dayOfWeek(week.range, weekday), end: week.end };
    }
    return { range: this.#calendar.weekdayNear(weekday, null), end: at + 1 };
  }

  /** "Last week", "the last three days", "Friday of last week" with the week first. */
  #unitAt(at: number): Said | null {
    const said = this.#wholeUnitAt(at);
    if (!said || !('range' in said) || !isWeek(said.range)) return said;
    const close = this.#lexemes.word(said.end).weekdayOfWeek;
    const next = close ? said.end : this.#lexemes.between(said.end);
    const weekday = close ?? this.#lexemes.word(next).weekday;
    return weekday ? { range: dayOfWeek(said.range, weekday), end: next + 1 } : said;
  }

  #wholeUnitAt(at: number): Said | null {
    const { span } = this.#lexemes.word(at);
    if (span) return { range: this.#calendar.unit(span.unit, span.count), end: at + 1 };
    const past = this.#pastAt(at);
    if (past) return past;
    const around = this.#lexemes.whichAround(at);
    const unit = around && this.#lexemes.word(around.at).unit;
    // "The last day" is not yesterday.
    if (!around || !unit || unit === 'day') return null;
    const back = { last: 1, this: 0, next: -1 }[around.which];
    return { range: this.#calendar.unit(unit, back), end: around.end };
  }

  /** "The last three days", "les trois derniers jours". */
  #pastAt(at: number): Said | null {
    const isWhichFirst = this.#lexemes.word(at).which === 'last';
    const isNumberFirst = this.#lexemes.word(at + 1).which === 'last';
    if (!isWhichFirst && !isNumberFirst) return null;
    const count = this.#lexemes.word(isWhichFirst ? at + 1 : at).number;
    const { unit } = this.#lexemes.word(at + 2);
    if (count === undefined || count > MOST_COUNT || !unit) return null;
    return { range: this.#calendar.past(unit, count), end: at + 3 };
  }

  #dayAt(at: number): Said | null {
    const { day } = this.#lexemes.word(at);
    return day === undefined ? null : { range: this.#calendar.unit('day', day), end: at + 1 };
  }

  /** A year with a word before or behind it; a bare number may be anything. */
  #yearAt(at: number): Said | null {
    const { number } = this.#lexemes.word(at);
    if (!isYear(number)) return null;
    const before = this.#lexemes.word(at - 1);
    const isBehind = this.#lexemes.word(at + 1).unit === 'year';
    if (!isBehind && !before.in && before.unit !== 'year') return null;
    return { range: this.#calendar.months(yearBy(number), 1, MOST_MONTHS), end: at + (isBehind ? 2 : 1) };
  }
}

interface NumberSaid {
  readonly number: number;
  readonly end: number;
}

const isWeek = ({ from, to }: TimeRange): boolean => to - from === DAYS_OF_WEEK * DAY_MS;
const dayOfWeek = ({ from }: TimeRange, weekday: number): TimeRange => ({
  from: from + (weekday - 1) * DAY_MS,
  to: from + weekday * DAY_MS,
});

/** "In May", and "last year" elsewhere: May of last year. */
const withinYears = (spans: readonly TimeSpan[]): TimeSpan[] => {
  const year = spans.find((span): span is TimeRange => 'from' in span && span.to - span.from >= LEAST_YEAR_MS);
  if (!year || year.to === Number.POSITIVE_INFINITY || year.to - year.from > LEAST_YEAR_MS + DAY_MS) return [...spans];
  const dates = spans.flatMap((span) => ('month' in span ? [inYear(span, yearIn(year))] : []));
  return dates.length > 0 ? [...spans.filter((span) => 'from' in span && span !== year), ...dates] : [...spans];
};

const LONG_UNITS: ReadonlySet<Unit | undefined> = new Set(['week', 'weekend', 'month', 'year'] as const);

/** Languages in which the word for a week or a month is a part of others, or the same as one. */
const WITHOUT_BLANKS: ReadonlySet<SpokenLanguage> = new Set(['ja', 'ko', 'th', 'zh'] as const);

/** A word that is of a time whatever stands around it, or most often, as the name of a month. */
const isOfTime = ({ day, ahead, span, weekday, month, unit }: Word): boolean =>
  [day, ahead, span, weekday, month].some((what) => what !== undefined) || unit === 'weekend';

/** Whether times may be told with a word, besides those that are of a time by themselves. */
const mayTellTime = ({ number, unit, duration, season }: Word): boolean =>
  number !== undefined || unit !== undefined || duration !== undefined || season !== undefined;

/** Whether a text in a language names a time, or speaks of weeks, months or years. */
export const speaksOfTime = (tokens: readonly string[], language: SpokenLanguage): boolean => {
  const lexemes = new Lexemes(tokens, lexiconOf(language));
  const speaksOfUnits = ({ unit, number }: Word): boolean =>
    !WITHOUT_BLANKS.has(language) && (isYear(number) || (number === undefined && LONG_UNITS.has(unit)));
  if (lexemes.some((word) => isOfTime(word) || speaksOfUnits(word))) return true;
  return lexemes.some(mayTellTime) && new Reader(lexemes, new Calendar(0)).times().length > 0;
};

const readerOf = (tokens: readonly string[], language: SpokenLanguage, nowMs: number): Reader =>
  new Reader(new Lexemes(tokens, lexiconOf(language)), new Calendar(nowMs));

/** The times that a text names in a language, by clocks that show UTC. */
export const spokenTimes = (tokens: readonly string[], language: SpokenLanguage, nowMs: number): TimeSpan[] =>
  readerOf(tokens, language, nowMs).times();

/** Those of them that last from one date to another. */
export const spokenRanges = (tokens: readonly string[], language: SpokenLanguage, nowMs: number): TimeSpan[] =>
  readerOf(tokens, language, nowMs).ranges();
