import { MARK } from '../../text/marks.ts';
import { frequencyOf, slotOf } from '../index/posting-list.ts';
import { ROLES, type UserIndex } from '../index/user-index.ts';
import type { KnownWord } from './question-terms.ts';

/** Words of an earlier asking that the question has not, among them the name of who asks: "do you know", "called" for "name". */
const MOST_OTHER_WORDS = 6;
const ASSISTANT = ROLES.indexOf('assistant');

/** Questions about what was asked: to these, askings are answers. */
const ABOUT_ASKING: ReadonlySet<string> = new Set(['ask', 'question', 'wonder']);

/** Passages that hold the words of a question and tell nothing of what it asks. */
export interface AskedBefore {
  /** Replies of the assistant that answer nothing, and what they reply to: nothing around them is about it either. */
  readonly unanswered: ReadonlySet<number>;
  /** Earlier askings of the same that nobody replied to. */
  readonly repeated: ReadonlySet<number>;
}

/** Null when there are none, which is nearly always. */
export const askedBefore = (index: UserIndex, words: readonly KnownWord[]): AskedBefore | null => {
  if (words.some(({ terms }) => terms.some((term) => ABOUT_ASKING.has(term)))) return null;
  const { marks, role, speaker, next, length, key, passage, passages } = index.columns.arrays;
  const { slotCount } = index;
  const answersNothing = (slot: number): boolean =>
    slot >= 0 && ((marks[slot] as number) & MARK.answersNothing) !== 0 && role[slot] === ASSISTANT;
  const isSameSpeaker = (slot: number, after: number): boolean =>
    role[slot] !== 0 && role[after] === role[slot] && speaker[after] === speaker[slot];
  const unanswered = new Set<number>();
  const open = new Map<number, number>();
  for (let slot = 0; slot < slotCount; slot += 1) {
    const mark = marks[slot] as number;
    if ((mark & (MARK.answersNothing | MARK.onlyAsks)) === 0 || (key[slot] as number) < 0) continue;
    // The message behind this one, of which it may be a passage.
    const after = next[slot - (passage[slot] as number) + (passages[slot] as number) - 1] as number;
    if (answersNothing(slot)) unanswered.add(slot);
    else if ((mark & MARK.onlyAsks) === 0) continue;
    else if (answersNothing(after)) unanswered.add(slot);
    // When somebody else goes on, or nobody knows who, that may be an answer, and this what it is found by.
    else if (after < 0 || isSameSpeaker(slot, after)) open.set(slot, 0);
  }
  const repeated = new Set<number>();
  if (open.size > 0) {
    for (const { list } of words) {
      for (let i = 0; i < list.length; i += 1) {
        const posting = list.entries[i] as number;
        const slot = slotOf(posting);
        if (((marks[slot] as number) & MARK.onlyAsks) === 0) continue;
        const held = open.get(slot);
        if (held !== undefined) open.set(slot, held + frequencyOf(posting));
      }
    }
    for (const [slot, held] of open) {
      if (held > 0 && (length[slot] as number) - held <= MOST_OTHER_WORDS) repeated.add(slot);
    }
  }
  return unanswered.size + repeated.size > 0 ? { unanswered, repeated } : null;
};
