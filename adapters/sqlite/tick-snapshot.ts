import type { Connection } from './connection.ts';

/**
 * Lets the reads of one turn of the event loop share a snapshot. In WAL mode each statement by itself locks and unlocks
 * the log's index, two system calls that cost more than a point read: 17 us a read with them, 6 us without, measured
 * inside a server under load. A turn ends before the next input is polled, and a commit of this process ends the
 * snapshot before anybody is told of it, so a read that starts after an answer was sent sees what the answer spoke of.
 */
export class TickSnapshot {
  readonly #begin;
  readonly #commit;
  #open = false;

  constructor(db: Connection) {
    this.#begin = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
  }

  /** Called before each read. */
  enter(): void {
    if (this.#open) return;
    this.#begin.run();
    this.#open = true;
    setImmediate(() => this.end());
  }

  /** Called when there is something newer to see, and before the connection is closed. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#commit.run();
  }
}
