/** A page of a list: its rows, and where the next one begins. */
export interface Page<Row> {
    readonly rows: readonly Row[];
    readonly nextCursor: string | null;
}
/** All rows of a list, read page by page as they are asked for. */
export declare function rowsOf<Row>(read: (cursor: string) => Promise<Page<Row>>): AsyncGenerator<Row, void>;
