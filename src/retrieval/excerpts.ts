import { unitsOf } from '../text/units.ts';
import { othersFirst } from './others-first.ts';
import { byWorth, type Passage } from './passages.ts';

/** What a block for a prompt needs of results and of long contents. */
export interface ExcerptRequest {
  /** Tokens that the block holds at most. */
  readonly tokens: number;
}

/** A sentence or the like that may be shown of a content. */
export interface Part {
  readonly text: string;
  /** Which of all parts it is, from 0. */
  readonly place: number;
}

/** What of a content is worth showing. */
export interface Excerpt {
  /** The most telling first. */
  readonly parts: readonly Part[];
  /** How many parts the content has. */
  readonly count: number;
}

/** Contents that are looked through for a block, in all: some 0.3 s of the search Worker, with turns for others between. */
const MOST_READ = 1_048_576;

/** Characters that a token stands for at the most, at the least, and in most texts. */
const MOST_CHARACTERS = 16;
const LEAST_CHARACTERS = 1 / 8;
const USUAL_CHARACTERS = 4;
/** Tokens of a line beside what is said: its number and its speaker. */
const LINE_TOKENS = 8;
/** How many times more is handed over than a block holds: where a long one has no room, a short one behind it has. */
const ROOM = 2;
/** From when on long ones are left out: all that could be cut to what is left over of a block is there by then. */
const FULL = 1.5;
/** Share of a block up to which a result that takes less than a quarter of it is shown whole whatever else stands there. */
const SURE_SHARE = 1 / 2;
const SHORT_SHARE = 1 / 4;
/** What one result takes at most. */
const MOST_SHARE = 1 / 3;
const TEXTS_AT_A_TIME = 8;

/** A text in which nothing was looked for. */
const beginningOf = (text: string): Passage[] => unitsOf(text).map((unit) => ({ ...unit, score: 0 }));

/** The parts of a text in the order of their worth, of at least one as many as have room. */
export const excerptOf = (text: string, passages: readonly Passage[], most: number): Excerpt => {
  const parts: Part[] = [];
  let left = most;
  for (const place of byWorth(passages)) {
    const { from, end } = passages[place] as Passage;
    left -= end - from;
    if (left < 0 && parts.length > 0) break;
    parts.push({ text: text.slice(from, end), place });
  }
  return { parts, count: passages.length };
};

/**
 * Results with what is worth showing of their contents; a content that is too long to be shown whole is not handed over.
 * As many of the best as would fill the block, half of them again, and behind them what is short; no more are asked for. What
 * bears on the question is not looked for in contents that stand in the block whole in any case.
 */
export const withExcerpts = async <T extends { readonly content: string; readonly tokenCount?: number | undefined }>(
  found: AsyncIterable<readonly T[]>,
  find: (text: string) => Promise<Passage[]>,
  { tokens }: ExcerptRequest,
): Promise<(T & { readonly excerpt?: Excerpt })[]> => {
  const most = tokens * MOST_CHARACTERS;
  const shown: (T & { readonly excerpt?: Excerpt })[] = [];
  let unread = MOST_READ;
  let taken = 0;
  let texts = 0;
  for await (const some of found) {
    for (const item of some) {
      if (taken >= ROOM * tokens) return shown;
      const { content, tokenCount } = item;
      const own = LINE_TOKENS + (tokenCount ?? content.length / USUAL_CHARACTERS);
      const isSure = tokenCount !== undefined && own <= SHORT_SHARE * tokens && taken + own <= SURE_SHARE * tokens;
      const isFull = taken >= FULL * tokens;
      taken += Math.min(own, MOST_SHARE * tokens);
      // By an estimate of its tokens, for when there is no time to count, a longer one might take more than its share.
      if (content.length <= (isSure ? tokens : tokens * LEAST_CHARACTERS)) {
        shown.push(item);
        continue;
      }
      if (isFull) continue;
      const read = content.slice(0, unread > 0 ? unread : most);
      const passages = unread > 0 ? await find(read) : beginningOf(read);
      const { parts, count } = excerptOf(read, passages, most);
      const excerpt = { parts, count: read.length < content.length ? count + 1 : count };
      shown.push({ ...item, content: content.length > most ? '' : content, excerpt });
      unread -= content.length;
      texts += 1;
      if (texts % TEXTS_AT_A_TIME === 0) await othersFirst();
    }
  }
  return shown;
};
