import { statSync } from 'node:fs';
import { MemfuseError } from '../../src/contract/errors.ts';

/** The database and what SQLite keeps beside it for as long as anybody has it open. */
const PARTS = ['', '-wal', '-shm'] as const;

/** How soon it is noticed at the latest that a file was taken away while nobody writes. */
const LOOK_EVERY_MS = 1_000;

type Identity = { readonly device: bigint; readonly inode: bigint };

const identityOf = (path: string): Identity | null => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? { device: found.dev, inode: found.ino } : null;
};

const isSame = (one: Identity | null, other: Identity | null): boolean =>
  one?.device === other?.device && one?.inode === other?.inode;

const LOST = new MemfuseError(
  'storage_unavailable',
  'The database file was taken away, or another took its place. Put it back with its -wal file, then start the server again.',
);

/**
 * Sees to it that the open database is the one that its path names. A file that is removed or replaced stays open, and
 * SQLite goes on writing into it without a word: what is stored in it would be gone with the process. Once it is lost it
 * stays lost, whatever comes back to the path: somebody may have written to it meanwhile.
 *
 * It compares paths only. A descriptor of its own would be a trap: closing one lets go of all locks that this process
 * holds on the file.
 */
export class FileWatch {
  readonly #file: string;
  readonly #onLost: (error: MemfuseError) => void;
  readonly #identities: readonly (Identity | null)[];
  #isLost = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins when the database is open, so that all of its files are there. `onLost` is told once. */
  constructor(file: string, onLost: (error: MemfuseError) => void) {
    this.#file = file;
    this.#onLost = onLost;
    this.#identities = PARTS.map((part) => identityOf(`${file}${part}`));
    this.#lookLater();
  }

  /** Errors: `storage_unavailable` when the file was lost when somebody looked last. */
  assertThere(): void {
    if (this.#isLost) throw LOST;
  }

  /** Looks now. */
  look(): boolean {
    if (this.#isLost) return false;
    this.#isLost = PARTS.some((part, i) => !isSame(identityOf(`${this.#file}${part}`), this.#identities[i] ?? null));
    if (this.#isLost) this.#onLost(LOST);
    return !this.#isLost;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    const look = (): void => {
      if (this.look()) this.#lookLater();
    };
    this.#timer = setTimeout(look, LOOK_EVERY_MS).unref();
  }
}
