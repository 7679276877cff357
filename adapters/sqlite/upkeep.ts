import type { Connection } from './connection.ts';

/** Pages of the database file. */
export interface Space {
  readonly pages: number;
  /** Of them, those that hold nothing. */
  readonly freePages: number;
  readonly pageBytes: number;
  /** Whether free pages at its end can be given back. Files made by versions up to 0.3.0 cannot before `bun run compact`. */
  readonly canShrink: boolean;
}

const INCREMENTAL = 2;

const numberOf = (db: Connection, pragma: string): number => db.pragma(pragma, { simple: true }) as number;

export const upkeepReads = (db: Connection) => ({
  space: (): Space => ({
    pages: numberOf(db, 'page_count'),
    freePages: numberOf(db, 'freelist_count'),
    pageBytes: numberOf(db, 'page_size'),
    canShrink: numberOf(db, 'auto_vacuum') === INCREMENTAL,
  }),
});

/** What the store does for itself, between the writes of others. */
export const upkeepWrites = (db: Connection) => ({
  /** Writes a page, which changes nothing: the commit tells whether the disk takes writes. */
  probe: (): void => {
    db.pragma(`user_version = ${numberOf(db, 'user_version')}`);
  },
  /** Moves some pages from the end of the file into free ones, and gives the end back with the next checkpoint. */
  shrink: (pages: number): void => {
    // A row for each page; it stops when they are not read to the end.
    db.pragma(`incremental_vacuum(${pages})`);
  },
});
