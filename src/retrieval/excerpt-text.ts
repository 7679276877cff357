import type { Excerpt } from './excerpts.ts';
import { type CountTokens, cutText } from './text-cut.ts';

/** Stands for what of a content is left out; a token where it stands. */
export const MARK = '[...]';
/** The marks at both ends. */
const MARKS_TOKENS = 2;
/** Tokens are seldom longer, so more of the parts is not counted. */
const MAX_CHARACTERS_PER_TOKEN = 8;
/** Parts that are counted at the most. */
const MOST_COUNTED = 200;

interface Shown {
  readonly place: number;
  readonly text: string;
  readonly isCut: boolean;
}

/** The parts in their order, with marks where others are left out. */
const joined = (shown: readonly Shown[], count: number): string => {
  let text = '';
  let next = 0;
  for (const part of shown.toSorted((a, b) => a.place - b.place)) {
    if (part.place !== next) text = `${text.trimEnd()} ${MARK} `;
    text += part.text;
    // Behind a cut part there is always something left out.
    next = part.isCut ? -1 : part.place + 1;
  }
  return (next === count ? text : `${text.trimEnd()} ${MARK}`).trim();
};

/**
 * What of a content is shown in about `room` tokens: its most telling parts as they stand there, the last of them cut to
 * what is left. Null when not even a word has room.
 */
export const excerptText = async (
  { parts, count }: Excerpt,
  room: number,
  countTokens: CountTokens,
): Promise<string | null> => {
  const most = room * MAX_CHARACTERS_PER_TOKEN;
  let characters = 0;
  const looked = parts.slice(0, MOST_COUNTED).filter(({ text }, i) => {
    characters += text.length;
    return i === 0 || characters <= most;
  });
  const costs = await countTokens(looked.map(({ text }) => text));
  const shown: Shown[] = [];
  let left = room - MARKS_TOKENS;
  for (const [i, { place, text }] of looked.entries()) {
    const isBeside = shown.some((other) => Math.abs(other.place - place) === 1);
    const cost = (costs[i] ?? 0) + (isBeside || i === 0 ? 0 : 1);
    if (cost <= left) {
      shown.push({ place, text, isCut: false });
      left -= cost;
      continue;
    }
    const beginning = await cutText(text, left, countTokens);
    if (beginning !== null) shown.push({ place, text: beginning, isCut: true });
    break;
  }
  return shown.length > 0 ? joined(shown, count) : null;
};
