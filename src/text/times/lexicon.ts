import type { Unit, Which } from './calendar.ts';
import { type SpokenLanguage, WORD_LISTS } from './spoken-languages.ts';
import { tokensOf } from './tokens.ts';
import type { WordLists } from './word-lists.ts';

/** What a word may be, all that holds: "năm" of Vietnamese is five and a year. */
export interface Word {
  readonly number?: number;
  /** From 1, first. */
  readonly ordinal?: number;
  /** So many days back from today. */
  readonly day?: number;
  /** Tomorrow, or later: no time of a memory, but one that a message may name. */
  readonly ahead?: true;
  /** A unit of the calendar, so many back from the present one. */
  readonly span?: { readonly unit: Unit; readonly count: number };
  /** So many units. */
  readonly duration?: { readonly unit: Unit; readonly count: number };
  readonly unit?: Unit;
  /** From 1, Monday. */
  readonly weekday?: number;
  /** The same right behind a week. */
  readonly weekdayOfWeek?: number;
  readonly month?: number;
  /** A short form, which is one beside the number of a day alone. */
  readonly shortMonth?: number;
  /** From 0, spring. */
  readonly season?: number;
  /** A month or season is meant whatever stands around it. */
  readonly alone?: true;
  readonly which?: Which;
  readonly before?: true;
  readonly after?: true;
  readonly in?: true;
  readonly inAfter?: true;
  readonly since?: true;
  readonly sinceAfter?: true;
  readonly from?: true;
  readonly to?: true;
  readonly and?: true;
  readonly of?: true;
  readonly monthBefore?: true;
  readonly monthAfter?: true;
  readonly dayAfter?: true;
}

const LEAST_DAY_BACK = 0;
const MOST_DAYS_BACK = 2;
const UNITS = ['week', 'month', 'year'] as const;
const FLAGS = [
  'before',
  'after',
  'in',
  'inAfter',
  'since',
  'sinceAfter',
  'from',
  'to',
  'and',
  'of',
  'monthBefore',
  'monthAfter',
  'dayAfter',
] as const;

interface Node {
  readonly next: Map<string, Node>;
  word: Word | null;
}

const openNode = (): Node => ({ next: new Map(), word: null });

/** The phrases of a list: see `WordLists`. */
const phrasesOf = (list = ''): string[][] =>
  list
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.split('|').map((phrase) => phrase.replaceAll('_', ' ')));

const monthOf = (format: Intl.DateTimeFormat, date: number): string =>
  format
    .formatToParts(date)
    .find(({ type }) => type === 'month')
    ?.value.replace(/\.$/, '') ?? '';

/** The words of a language for times, looked up by tokens, in steps as many as a phrase has tokens. */
export class Lexicon {
  /** Whether a day may stand behind its month without more: "May 3". */
  readonly isMonthFirst: boolean;
  readonly #root = openNode();

  constructor(language: SpokenLanguage) {
    const lists: WordLists = WORD_LISTS[language];
    this.isMonthFirst = lists.isMonthFirst ?? false;
    this.#addFromCldr(lists);
    this.#addLists(lists);
  }

  /** The longest phrase that begins at a token. */
  longestAt(tokens: readonly string[], at: number): { readonly word: Word; readonly end: number } | null {
    let found: { readonly word: Word; readonly end: number } | null = null;
    let node: Node | undefined = this.#root;
    for (let end = at; end < tokens.length; ) {
      node = node.next.get(tokens[end] as string);
      if (!node) break;
      end += 1;
      if (node.word) found = { word: node.word, end };
    }
    return found;
  }

  #add(phrase: string, word: Word): void {
    const tokens = tokensOf(phrase);
    if (tokens.length === 0 || phrase === '-') return;
    let node = this.#root;
    for (const token of tokens) {
      const next = node.next.get(token) ?? openNode();
      node.next.set(token, next);
      node = next;
    }
    node.word = { ...node.word, ...word };
  }

  /** Each of a list by its place in it. */
  #addAll(list: string | undefined, wordAt: (place: number) => Word): void {
    for (const [place, phrases] of phrasesOf(list).entries()) {
      for (const phrase of phrases) this.#add(phrase, wordAt(place));
    }
  }

  #addFromCldr(lists: WordLists): void {
    const { locale } = lists;
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    for (let back = LEAST_DAY_BACK; back <= MOST_DAYS_BACK; back += 1) {
      const phrase = relative.format(-back, 'day');
      // Without a name for it, it is told by a number.
      if (!/\p{Nd}/u.test(phrase)) this.#add(phrase, { day: back });
    }
    for (const ahead of [1, MOST_DAYS_BACK]) {
      const phrase = relative.format(ahead, 'day');
      if (!/\p{Nd}/u.test(phrase)) this.#add(phrase, { ahead: true });
    }
    for (const unit of lists.hasOwnUnits ? [] : UNITS) {
      for (const back of [-1, 0, 1]) this.#add(relative.format(-back, unit), { span: { unit, count: back } });
    }
    const calendar = { timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' } as const;
    if (!lists.weekdays) {
      const weekday = new Intl.DateTimeFormat(locale, { ...calendar, weekday: 'long' });
      for (let day = 1; day <= 7; day += 1) {
        // The 1st of January 2024 was a Monday.
        this.#add(weekday.format(Date.UTC(2024, 0, day)), { weekday: day });
      }
    }
    if (lists.monthAfter || lists.monthBefore) return;
    // In some languages a month has another form behind a day.
    const alone = new Intl.DateTimeFormat(locale, { ...calendar, month: 'long' });
    const withDay = new Intl.DateTimeFormat(locale, { ...calendar, month: 'long', day: 'numeric' });
    const short = new Intl.DateTimeFormat(locale, { ...calendar, month: 'short', day: 'numeric' });
    for (let month = 1; month <= 12; month += 1) {
      const date = Date.UTC(2024, month - 1, 1);
      this.#add(alone.format(date), { month });
      this.#add(monthOf(withDay, date), { month });
      this.#add(monthOf(short, date), { shortMonth: month });
    }
  }

  #addLists(lists: WordLists): void {
    this.#addAll(lists.numbers, (place) => ({ number: place + 1 }));
    this.#addAll(lists.ordinals, (place) => ({ ordinal: place + 1 }));
    for (const [unit, list] of Object.entries(lists.units ?? {})) this.#addAll(list, () => ({ unit: unit as Unit }));
    for (const [back, list] of Object.entries(lists.days ?? {})) this.#addAll(list, () => ({ day: Number(back) }));
    for (const kind of ['span', 'duration'] as const) {
      for (const [said, list] of Object.entries((kind === 'span' ? lists.spans : lists.durations) ?? {})) {
        const [unit, count] = said.split(' ');
        this.#addAll(list, () => ({ [kind]: { unit: unit as Unit, count: Number(count) } }));
      }
    }
    for (const which of ['last', 'this', 'next'] as const) this.#addAll(lists[which], () => ({ which }));
    for (const flag of FLAGS) this.#addAll(lists[flag], () => ({ [flag]: true }));
    this.#addAll(lists.weekdays, (place) => ({ weekday: place + 1 }));
    this.#addAll(lists.weekdaysOfWeek, (place) => ({ weekdayOfWeek: place + 1 }));
    this.#addAll(lists.months, (place) => ({ month: place + 1 }));
    this.#addAll(lists.inMonths, (place) => ({ month: place + 1, alone: true }));
    this.#addAll(lists.seasons, (season) => ({ season }));
    this.#addAll(lists.inSeasons, (season) => ({ season, alone: true }));
  }
}

const opened = new Map<SpokenLanguage, Lexicon>();

/** The lexicon of a language, made when it is first asked for. */
export const lexiconOf = (language: SpokenLanguage): Lexicon => {
  const lexicon = opened.get(language) ?? new Lexicon(language);
  opened.set(language, lexicon);
  return lexicon;
};
