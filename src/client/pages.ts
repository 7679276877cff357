/** A page of a list: its rows, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

/** All rows of a list, read page by page as they are asked for. */
export async function* rowsOf<Row>(read: (cursor: string) => Promise<Page<Row>>): AsyncGenerator<Row, void> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<Row> = await read(cursor);
    yield* page.rows;
    cursor = page.nextCursor;
  }
}
