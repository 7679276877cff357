import type { StoredBefore } from '../src/contract/messages.ts';
import type { Page, PageOf } from '../src/contract/pages.ts';
import { lowestIdAt } from '../src/platform/ids.ts';
import { cursorsOf, pageOf } from './pages.ts';

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
