import { contentStems } from '../../../text/content-words.ts';
import { measuresIn } from '../../../text/measures.ts';

/** A verb by which somebody says that a number is another than it was. */
const CHANGED =
  /\b(?:increased|extended|raised|reached|rescheduled|postponed|changed|updated|shortened|reduced|lowered|dropped|improved|grown|grew|rose|boosted|bumped|pushed|moved|went)\b/gi;
/** Behind it, the number that it is now: "extended my goal to 12 books", "reached 165". */
const NEW_NUMBER = /\b(?:to|reached|at) (?:now |about |around |just |over )?[$€£]?\d/i;
/** Characters behind the verb in which that is looked for. */
const BEHIND = 80;

/** The part of a text that tells a new number, from it on; null when none does. */
const newNumberIn = (text: string): string | null => {
  for (const { index } of text.matchAll(CHANGED)) {
    const behind = text.slice(index, index + BEHIND);
    const place = behind.search(NEW_NUMBER);
    if (place >= 0 && !/[.!?;]/.test(behind.slice(0, place))) return text.slice(index + place);
  }
  return null;
};

const OF_CHANGE: ReadonlySet<string> = contentStems(
  'increased extended raised reached rescheduled postponed changed updated shortened reduced lowered dropped improved grown grew rose boosted bumped pushed moved went now instead recently trying want need help currently',
);

/** What two texts must have in common beside numbers and the words of change: words, and their share of the shorter one's. */
const LEAST_SHARED = 3;
const LEAST_SHARE = 0.4;

/**
 * Whether a newer text says that something counted is another number than an older one told: of the same unit, by a word of
 * change, and with most words of the shorter one in common.
 */
export const changesMeasure = (newer: string, older: string, subject: string): boolean => {
  const told = newNumberIn(newer);
  if (told === null) return false;
  const [now, then] = [measuresIn(told), measuresIn(older)];
  const [unit] = now.keys();
  if (unit === undefined || !then.has(unit) || then.get(unit) === now.get(unit)) return false;
  const left = new Set([...contentStems(subject), ...now.keys(), ...OF_CHANGE]);
  const wordsOf = (text: string): string[] =>
    [...contentStems(text)].filter((stem) => !left.has(stem) && !/\d/.test(stem));
  const [a, b] = [wordsOf(newer), new Set(wordsOf(older))];
  const shared = a.filter((word) => b.has(word)).length;
  return shared >= LEAST_SHARED && shared >= LEAST_SHARE * Math.min(a.length, b.size);
};
