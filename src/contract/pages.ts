/** Which page of a list is asked for. */
export interface Page {
  /** The `next` of the page before; null for the first page. Errors: `invalid` for a text that is no `next` of this list. */
  readonly after: string | null;
  /** Most rows of the page. */
  readonly limit: number;
  /**
   * On the first page: the list ends at the rows that exist now. A caller who reads every page then comes to an end, although
   * others keep adding rows.
   */
  readonly untilNow?: boolean;
}

/**
 * A page of a list. `next` is where the next page begins: an opaque text of the store, null on the last page. Pages do not
 * shift: a row that exists the whole time is in exactly one page, whatever is added or deleted between two pages.
 *
 * @example
 * const first = await store.users.list(scope, { after: null, limit: 2 }); // { rows: [ann, bob], next: 'WyJ1c2VycyIsMl0' }
 * await store.users.list(scope, { after: first.next, limit: 2 });         // { rows: [cleo], next: null }
 */
export interface PageOf<Row> {
  readonly rows: Row[];
  readonly next: string | null;
}
