import { MemfuseError } from '../src/contract/errors.ts';
import type { Page, PageOf } from '../src/contract/pages.ts';
import { sha256Hex } from '../src/platform/digest.ts';

/** Where a list goes on, in the terms of its statement. */
type Place = readonly (number | string)[];

/** Above every key and every sequence. */
export const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/** Digits that stand for a list in its cursors. */
const MARK_LENGTH = 12;
/** Longest cursor that is looked at; ours have some hundred characters. */
const MAX_LENGTH = 1_000;

const isLike = (value: unknown, model: number | string | undefined): boolean =>
  typeof value === typeof model && (typeof value === 'string' || Number.isSafeInteger(value));

const parse = (cursor: string): unknown => {
  if (cursor.length > MAX_LENGTH) return null;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/**
 * The cursors of one list: what a cursor holds is a place, under a mark of the list, so that one of another list, in
 * another order or of another owner, is refused rather than understood wrongly. `list` is everything that makes it another list.
 */
export const cursorsOf = (list: readonly unknown[]) => {
  const mark = sha256Hex(JSON.stringify(list)).slice(0, MARK_LENGTH);
  return {
    write: (place: Place): string => Buffer.from(JSON.stringify([mark, ...place])).toString('base64url'),
    /** `first` is where the list begins; places are like it. Errors: `invalid`. */
    read: <P extends Place>(cursor: string | null, first: P): P => {
      if (cursor === null) return first;
      const [found, ...place] = [parse(cursor)].flat();
      if (found === mark && place.length === first.length && place.every((part, i) => isLike(part, first[i]))) {
        return place as unknown as P;
      }
      throw new MemfuseError('invalid', 'cursor must be the next_cursor of the page before', { field: 'cursor' });
    },
  };
};

/** A page out of what was found for it, which is one row more when there is another page. */
export const pageOf = <Row>(found: readonly Row[], limit: number, cursorAt: (last: Row) => string): PageOf<Row> => {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? cursorAt(last) : null };
};

/** A range of keys to read from, and one row more than the page, which tells whether there is another. */
export interface KeySpan {
  readonly after: number;
  readonly until: number;
  readonly limit: number;
}

/** A list in ascending order of key, or in descending, page by page. */
export const keyPages = (
  list: readonly unknown[],
  { after, limit, untilNow = false }: Page,
  { isDescending = false }: { readonly isDescending?: boolean } = {},
) => {
  const cursors = cursorsOf(list);
  const endsNow = after === null && untilNow;
  return {
    /** Where the page lies. `lastKey` is the last key of the list; it is asked for only when the list ends there. */
    endsNow,
    span: (lastKey: number | null): KeySpan => {
      const [place, until] = cursors.read<readonly [number, number]>(after, [0, lastKey ?? AFTER_ALL]);
      return { after: place, until, limit: limit + 1 };
    },
    page: <Row extends { readonly key: number }>(rows: readonly Row[], span: KeySpan): PageOf<Row> =>
      pageOf(rows, limit, ({ key }) => cursors.write(isDescending ? [span.after, key - 1] : [key, span.until])),
  };
};
