import type { Page, PageOf } from '../../src/contract/pages.ts';
import { type KeySpan, keyPages } from '../pages.ts';

/** A page of a list in ascending order of key. */
export const pageByKey = <Row extends { readonly key: number }>(
  list: readonly unknown[],
  page: Page,
  { lastKey, read }: { readonly lastKey: () => number; readonly read: (span: KeySpan) => Row[] },
): PageOf<Row> => {
  const pages = keyPages(list, page);
  const span = pages.span(pages.endsNow ? lastKey() : null);
  return pages.page(read(span), span);
};
