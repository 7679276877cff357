import type { StoredBefore } from '../src/contract/messages.ts';
import type { Page, PageOf } from '../src/contract/pages.ts';
import { cursorsOf, pageOf } from './pages.ts';

const DIGITS = 12;
const BITS_OF_TIME = 48;

/** The lowest identifier that a message stored at a time can have: a UUIDv7 begins with its milliseconds. */
const lowestIdAt = (ms: number): string => {
  const time = Math.min(Math.max(0, Math.floor(ms)), 2 ** BITS_OF_TIME - 1);
  const digits = time.toString(16).padStart(DIGITS, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
};

/** The span of a page of messages that were stored before a time, and the page of its rows. */
export const storedBefore = (before: number, { after, limit }: Page) => {
  const cursors = cursorsOf(['stored before']);
  const [last] = cursors.read<readonly [string]>(after, ['']);
  return {
    span: { after: last, before: lowestIdAt(before), limit: limit + 1 },
    page: (rows: readonly StoredBefore[]): PageOf<StoredBefore> =>
      pageOf([...rows], limit, ({ id }) => cursors.write([id])),
  };
};
