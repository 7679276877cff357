/** Which part of a list is asked for. */
export interface Page {
  /** The `next` of the page before, null for the first. Errors: `invalid` for what another list, or nobody, gave out. */
  readonly after: string | null;
  readonly limit: number;
  /** On the first page: the list ends at what there is now, so that whoever reads all of it comes to an end. */
  readonly untilNow?: boolean;
}

/**
 * A part of a list, and where the rest begins: text that only the store which made it can read, null at the end. Pages do
 * not shift: whatever is added or deleted meanwhile, a row that stays is in one page, and in one only.
 */
export interface PageOf<Row> {
  readonly rows: Row[];
  readonly next: string | null;
}
