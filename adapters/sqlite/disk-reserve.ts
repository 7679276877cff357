import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Bytes that are kept for deletions. A full disk leaves a log of some four megabytes that cannot be moved into the
 * database, because that would have to grow; with this much room it can, and the log is written from its beginning again.
 */
const RESERVE_BYTES = 4 * 1_048_576;
/** Room for writes, on the disk or in free pages of the database, from which it is made again: else it would go at once. */
const ROOM_BYTES = 8 * 1_048_576;
/** Pause before the reserve is made at first, which spares short lives, and between tries to make it again. */
const PAUSE_MS = 1_000;

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * A file beside the database that takes up room, to be given up when the disk is full, so that deletions are still taken:
 * without it nobody could make room from within. While it is given up everything but deletions is refused, or the room
 * would be filled again.
 */
export class DiskReserve {
  readonly #path: string;
  readonly #folder: string;
  readonly #freeInside: () => Promise<number>;
  #isGivenUp = false;
  #isClosed = false;
  #making: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param freeInside bytes of the database file that hold nothing. */
  constructor(file: string, freeInside: () => Promise<number>) {
    this.#freeInside = freeInside;
    this.#path = `${file}-reserve`;
    this.#folder = dirname(file);
    this.#tryLater();
  }

  /** Whether the disk is so full that only deletions are taken. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Makes room. */
  giveUp(): void {
    this.#isGivenUp = true;
    rmSync(this.#path, { force: true });
    this.#tryLater();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#making;
  }

  #tryLater(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const make = (): void => {
      this.#making ??= this.#make().finally(() => {
        this.#making = null;
      });
    };
    this.#timer = setTimeout(make, PAUSE_MS).unref();
  }

  async #make(): Promise<void> {
    try {
      if (!statSync(this.#path, { throwIfNoEntry: false })) {
        const { bavail, bsize } = statfsSync(this.#folder);
        const roomBytes = bavail * bsize;
        const isFull = roomBytes + (await this.#freeInside()) < ROOM_BYTES;
        if (isFull) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' });
        // Random, since a file system may keep no room for zeros.
        await writeFile(this.#path, randomBytes(Math.min(RESERVE_BYTES, Math.floor(roomBytes / 2))), { mode: 0o600 });
      }
      this.#isGivenUp = false;
    } catch (error) {
      rmSync(this.#path, { force: true });
      this.#isGivenUp = NO_ROOM.has(String((error as NodeJS.ErrnoException).code));
      this.#tryLater();
    }
  }
}
