import type { Page, PageOf } from '../../src/contract/pages.ts';
import { type KeySpan, keyPages } from '../pages.ts';

interface PageReader<Row> {
  readonly lastKey: () => number;
  readonly read: (span: KeySpan) => Row[];
  readonly isDescending?: boolean;
}

/** A page of a list in ascending order of key, or in descending when `read` gives that. */
export const pageByKey = <Row extends { readonly key: number }>(
  list: readonly unknown[],
  page: Page,
  { lastKey, read, isDescending = false }: PageReader<Row>,
): PageOf<Row> => {
  const pages = keyPages(list, page, { isDescending });
  const last = pages.endsNow ? lastKey() : null;
  // Keys begin with 1: there is nothing to read.
  if (last === 0) return { rows: [], next: null };
  const span = pages.span(last);
  return pages.page(read(span), span);
};
