import { midnightOf } from '../../../text/time-spans.ts';
import { Calendar } from '../../../text/times/calendar.ts';
import { timesNamedIn } from '../../../text/times/times-named.ts';
import type { Act } from './act.ts';

export interface Validity {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Times that a database and a calendar hold: of the common era up to the year 9999. */
const LATEST_MS = Date.UTC(9999, 11, 31);
const EARLIEST_MS = Date.UTC(1000, 0, 1);
const MAY_NAME =
  /\d|\b(?:yesterday|today|tomorrow|tonight|ago|last|next|this|since|until|till|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)/i;
const UNTIL = /\b(?:until|till|up to)\b/i;

/** A time that a calendar and a store hold, or null. */
export const heldTime = (ms: number): number | null =>
  Number.isFinite(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null;

/** "until 2019", "from 2015 to 2019". */
const YEARS = /\b(?:until|till|up to|from ((?:19|20)\d\d) (?:to|until|till)) ((?:19|20)\d\d)\b/i;

/** An end that is not behind the beginning is none. */
const endingBehind = (fromMs: number | null, toMs: number): Validity => ({
  fromMs: fromMs === null || fromMs < toMs ? fromMs : null,
  toMs: fromMs === null || fromMs < toMs ? toMs : null,
});

/**
 * From when to when a statement holds, told from when it was said: "since May", "until 2019", "last week". What happened holds
 * from then on.
 */
export const validityOf = (text: string, act: Act | null, saidAtMs: number): Validity => {
  const none = { fromMs: null, toMs: null };
  if (!MAY_NAME.test(text) || heldTime(saidAtMs) === null) return none;
  const years = YEARS.exec(text);
  if (years) {
    const [, first, last] = years;
    return endingBehind(first ? midnightOf(Number(first), 1) : null, midnightOf(Number(last) + 1, 1));
  }
  const [span] = timesNamedIn(text, saidAtMs);
  if (!span) return none;
  const isAhead = act !== null && (act.isPlan || act.isProgressive) && !act.isPast;
  const { from, to } =
    'from' in span ? span : new Calendar(saidAtMs).dateNear(span.month, span.day, isAhead ? 'next' : null);
  if (UNTIL.test(text)) return { fromMs: null, toMs: heldTime(to) };
  return { fromMs: heldTime(from), toMs: null };
};
