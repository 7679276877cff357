import { unitsOf } from '../text/units.ts';
import { othersFirst } from './others-first.ts';
import { byWorth, type Passage } from './passages.ts';

/** What a block for a prompt needs of long contents, in UTF-16 units. */
export interface ExcerptRequest {
  /** Shorter contents are shown whole, or from their beginning. */
  readonly longerThan: number;
  /** Longer contents are never shown whole, and no more of them is handed over than that. */
  readonly most: number;
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
/** How many times more is handed over than one content may take, in all. What comes behind that has no place in the block. */
const ROOM = 4;

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
 * As many of the best as a block could hold four times; no more are asked for.
 */
export const withExcerpts = async <T extends { readonly content: string }>(
  found: AsyncIterable<readonly T[]>,
  find: (text: string) => Promise<Passage[]>,
  { longerThan, most }: ExcerptRequest,
): Promise<(T & { readonly excerpt?: Excerpt })[]> => {
  const shown: (T & { readonly excerpt?: Excerpt })[] = [];
  let unread = MOST_READ;
  let room = ROOM * most;
  for await (const some of found) {
    for (const item of some) {
      if (room <= 0) return shown;
      const { content } = item;
      if (content.length <= longerThan) {
        shown.push(item);
        room -= content.length;
        continue;
      }
      const read = content.slice(0, unread > 0 ? unread : most);
      const passages = unread > 0 ? await find(read) : beginningOf(read);
      const { parts, count } = excerptOf(read, passages, most);
      const isTooLong = content.length > most;
      const excerpt = { parts, count: read.length < content.length ? count + 1 : count };
      shown.push({ ...item, content: isTooLong ? '' : content, excerpt });
      unread -= content.length;
      room -= isTooLong ? most : content.length;
      await othersFirst();
    }
  }
  return shown;
};
