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

const held = (ms: number): number | null => (Number.isFinite(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null);

/**
 * From when to when a statement holds, told from when it was said: "since May", "until 2019", "last week". What happened holds
 * from then on. An end that is not behind the start is none.
 */
export const validityOf = (text: string, act: Act | null, saidAtMs: number): Validity => {
  const none = { fromMs: null, toMs: null };
  if (!MAY_NAME.test(text) || held(saidAtMs) === null) return none;
  const [span] = timesNamedIn(text, saidAtMs);
  if (!span) return none;
  const isAhead = act !== null && (act.isPlan || act.isProgressive) && !act.isPast;
  const { from, to } =
    'from' in span ? span : new Calendar(saidAtMs).dateNear(span.month, span.day, isAhead ? 'next' : null);
  if (UNTIL.test(text)) return { fromMs: null, toMs: held(to) };
  return { fromMs: held(from), toMs: null };
};
