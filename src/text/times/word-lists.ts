/**
 * Words of a language for times, apart from the names of days of the week and months and the likes of "yesterday" and "last
 * week", which are those of Unicode's CLDR. Words of a list stand between blanks, alternatives between bars, and "_" is a
 * blank within one. Case, accents and apostrophes do not matter (tokens.ts).
 */
export interface WordLists {
  /** Whose names and phrases of CLDR are taken. */
  readonly locale: string;
  /** One, two, three ...; each with its alternatives. */
  readonly numbers?: string;
  /** First to fourth, of the weeks of a month. */
  readonly ordinals?: string;
  readonly units?: { readonly [unit in 'day' | 'week' | 'weekend' | 'month' | 'year']?: string };
  readonly last?: string;
  readonly this?: string;
  readonly next?: string;
  /** "Ago", before a count of units or behind it. */
  readonly before?: string;
  readonly after?: string;
  /** Days back from today, and the words for each. */
  readonly days?: { readonly [back: number]: string };
  /** That "last week" and the like are made of the words above alone, and CLDR's phrases would hide these. */
  readonly hasOwnUnits?: true;
  /** Units back from now, and the words for each: "last year but one". */
  readonly spans?: { readonly [unitAndBack: string]: string };
  /** Words that tell a count and a unit: "two days" in one. */
  readonly durations?: { readonly [unitAndCount: string]: string };
  /** Instead of CLDR's, Monday first. */
  readonly weekdays?: string;
  /** Days of the week as they are called right behind a week. */
  readonly weekdaysOfWeek?: string;
  /** Months in other forms than CLDR's, January first, "-" for none; they need a day, a year or a word before them. */
  readonly months?: string;
  /** The same of forms that are of a month whatever stands around them. */
  readonly inMonths?: string;
  /** Spring first; the second list is of forms that need nothing around them. */
  readonly seasons?: string;
  readonly inSeasons?: string;
  /** Words that tell that a month, a season or a year is one, before it and behind it. */
  readonly in?: string;
  readonly inAfter?: string;
  readonly since?: string;
  readonly sinceAfter?: string;
  /** A range: "from" or "between", "to", "and". The last needs the first. */
  readonly from?: string;
  readonly to?: string;
  readonly and?: string;
  /** What may stand between the parts of a date. */
  readonly of?: string;
  /** Months, days and years by numbers with a word before or behind: "tháng 8", "8月20日". */
  readonly isMonthFirst?: true;
  readonly monthBefore?: string;
  readonly monthAfter?: string;
  readonly dayAfter?: string;
}
