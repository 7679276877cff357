import { codeOf } from './errors.ts';
import type { Pool } from './pool.ts';

/** `disk_full` and `io_error`, by which Postgres tells that its disk takes no more. */
const FAILED_DISK = /^(53100|58030)$/;

/**
 * Takes a megabyte of the disk that the database is on, whatever room its tables have left, and gives it back. By a page alone a disk had
 * room again that took no add of some kilobytes.
 */
const PROBE = `BEGIN;
  SET LOCAL temp_tablespaces = '';
  CREATE TEMPORARY TABLE memfuse_room AS SELECT * FROM generate_series(1, 30000);
  ROLLBACK;`;

/**
 * Knows whether the disk of the database takes writes. Nothing is tried as long as none has failed; from then on each look tries, so
 * that a server which gets no requests while it is not ready notices room by itself.
 */
export class Room {
  #hasFailed = false;

  /** Looks at the error of a statement. */
  notice(error: unknown): void {
    if (FAILED_DISK.test(codeOf(error))) this.#hasFailed = true;
  }

  /** Errors: those of the database, when a write failed for its disk and one would fail now. */
  async assert(pool: Pool): Promise<void> {
    if (!this.#hasFailed) return;
    await pool.with(async (client) => {
      try {
        await client.command(PROBE);
      } catch (error) {
        // The rest of the statements was not run, so the transaction is open.
        await client.command('ROLLBACK').catch(() => client.destroy());
        throw error;
      }
    });
    this.#hasFailed = false;
  }
}
