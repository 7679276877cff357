import { statSync } from 'node:fs';
import { MemfuseError } from '../../src/contract/errors.ts';

/** What SQLite keeps beside a database for as long as anybody has it open. */
const BESIDE = ['-wal', '-shm'] as const;

/** How soon it is noticed at the latest that a file was taken away while nobody writes. */
const LOOK_EVERY_MS = 1_000;

/** Which file a path names; null when it names none. */
export type FileIdentity = { readonly device: bigint; readonly inode: bigint } | null;

/** A file that can be opened. */
export interface PreparedFile {
  /** Where it lies, beside its log: what was named may be a link to it. */
  readonly path: string;
  readonly identity: FileIdentity;
}

export const identityOf = (path: string): FileIdentity => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? { device: found.dev, inode: found.ino } : null;
};

const isSame = (one: FileIdentity, other: FileIdentity): boolean =>
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
 * It compares paths only. A descriptor of its own would be a trap: closing one releases all locks that this process
 * holds on the file.
 */
export class FileWatch {
  readonly #onLost: (error: MemfuseError) => void;
  readonly #files: ReadonlyMap<string, FileIdentity>;
  #isLost = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Begins when the database is open, so that all of its files are there. `onLost` is told once.
   *
   * @param file as it was named, and what it was before it was opened.
   */
  constructor(file: string, { path, identity }: PreparedFile, onLost: (error: MemfuseError) => void) {
    const beside = BESIDE.map((part) => `${path}${part}`);
    this.#files = new Map([[file, identity], ...beside.map((part) => [part, identityOf(part)] as const)]);
    this.#onLost = onLost;
    this.#lookLater();
  }

  /** Errors: `storage_unavailable` when the file was lost when somebody looked last. */
  assertThere(): void {
    if (this.#isLost) throw LOST;
  }

  /** Looks now. */
  look(): boolean {
    if (this.#isLost) return false;
    this.#isLost = [...this.#files].some(([path, identity]) => !isSame(identityOf(path), identity));
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
