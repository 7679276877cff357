import type { Page, PageOf } from '../../src/contract/pages.ts';
import { type KeySpan, keyPages } from '../pages.ts';

/** A page of a list in ascending order of key. */
export const pageByKey = async <Row extends { readonly key: number }>(
  list: readonly unknown[],
  page: Page,
  { lastKey, read }: { readonly lastKey: () => Promise<number>; readonly read: (span: KeySpan) => Promise<Row[]> },
): Promise<PageOf<Row>> => {
  const pages = keyPages(list, page);
  const span = pages.span(pages.endsNow ? await lastKey() : null);
  return pages.page(await read(span), span);
};
