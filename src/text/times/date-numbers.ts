import type { YearDay } from '../time-spans.ts';
import type { Lexemes } from './lexemes.ts';

const MOST_DAYS = 31;
export const MOST_MONTHS = 12;
const LEAST_YEAR = 1900;
const MOST_YEAR = 2100;
/** The calendar of Thailand counts from the death of the Buddha. */
const BUDDHIST_YEARS = 543;
const CENTURY = 2000;

/** A date as it is said, with or without its year. */
export interface SaidDate extends YearDay {
  readonly year: number | null;
}

export const isDay = (number: number | undefined): number is number =>
  number !== undefined && number >= 1 && number <= MOST_DAYS;
export const isMonth = (number: number | undefined): number is number =>
  number !== undefined && number >= 1 && number <= MOST_MONTHS;
export const yearBy = (number: number): number => (number > MOST_YEAR ? number - BUDDHIST_YEARS : number);
export const isYear = (number: number | undefined): number is number =>
  number !== undefined && yearBy(number) >= LEAST_YEAR && yearBy(number) <= MOST_YEAR;

/** A date by numbers: 01.09.2026 with the day first, 2026/9/1, and "am 1.9.", if one is written at a place. */
export const numericDateAt = (
  lexemes: Lexemes,
  at: number,
): { readonly date: SaidDate; readonly end: number } | null => {
  const [first, second, third] = [at, at + 2, at + 4].map((place) => lexemes.word(place).number);
  const sign = lexemes.text(at + 1);
  if (first === undefined || !isMonth(second) || !/^[-./]$/.test(sign)) return null;
  if (third === undefined || lexemes.text(at + 3) !== sign) {
    const isDate = sign === '.' && lexemes.text(at + 3) === '.' && lexemes.word(at - 1).in === true && isDay(first);
    return isDate ? { date: { year: null, month: second, day: first }, end: at + 4 } : null;
  }
  const isShort = /^\d\d$/.test(lexemes.text(at + 4));
  const [year, day] = isYear(first) ? [first, third] : [isShort ? CENTURY + third : third, first];
  return isYear(year) && isDay(day) ? { date: { year: yearBy(year), month: second, day }, end: at + 5 } : null;
};
