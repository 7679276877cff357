import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where the log of a database is damaged, and what is lost by it. */
export interface LogDamage {
  /** The first frame, from 1, that is not as it was written. */
  readonly frame: number;
  /** Commits that stand at or behind the damage; SQLite passes over all of them without a word. */
  readonly commits: number;
}

interface Header {
  readonly isWhole: boolean;
  readonly isLittleEndian: boolean;
  readonly pageBytes: number;
  readonly sums: Sums;
}

type Sums = readonly [number, number];

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says in which order the bytes of a word are summed. */
const MAGIC = 0x377f0682;
const USUAL_PAGE_BYTES = 4_096;

const isPageSize = (bytes: number): boolean => bytes >= 512 && bytes <= 65_536 && Number.isInteger(Math.log2(bytes));

/** The checksum of the file format, https://www.sqlite.org/fileformat2.html#wal_file_format, carried on from `sums`. */
const sumOf = (bytes: DataView, from: number, to: number, isLittleEndian: boolean, [first, second]: Sums): Sums => {
  let s0 = first;
  let s1 = second;
  for (let at = from; at < to; at += 8) {
    s0 = (s0 + bytes.getUint32(at, isLittleEndian) + s1) >>> 0;
    s1 = (s1 + bytes.getUint32(at + 4, isLittleEndian) + s0) >>> 0;
  }
  return [s0, s1];
};

const isSame = ([a, b]: Sums, [c, d]: Sums): boolean => a === c && b === d;

const readHeader = (bytes: DataView): Header => {
  const magic = bytes.getUint32(0);
  const isLittleEndian = magic !== MAGIC + 1;
  const pageBytes = bytes.getUint32(8);
  const sums: Sums = [bytes.getUint32(24), bytes.getUint32(28)];
  const isKnown = (magic === MAGIC || magic === MAGIC + 1) && isPageSize(pageBytes);
  const isWhole = isKnown && isSame(sumOf(bytes, 0, 24, isLittleEndian, [0, 0]), sums);
  return { isWhole, isLittleEndian, pageBytes: isWhole ? pageBytes : USUAL_PAGE_BYTES, sums };
};

/** Reads to the end of what is asked for, or of the file. */
const fill = (fd: number, bytes: Uint8Array, position: number): boolean => {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(fd, bytes, at, bytes.length - at, position + at);
    if (read === 0) return false;
    at += read;
  }
  return true;
};

const look = (fd: number): LogDamage | null => {
  const head = new DataView(new ArrayBuffer(HEADER_BYTES));
  if (!fill(fd, new Uint8Array(head.buffer), 0)) return null;
  const { isWhole, isLittleEndian, pageBytes, sums } = readHeader(head);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  const frame = new DataView(new ArrayBuffer(frameBytes));
  let salts: Sums | null = isWhole ? [head.getUint32(16), head.getUint32(20)] : null;
  let brokenAt: number | null = isWhole ? null : 1;
  let commits = 0;
  let isProven = false;
  let before: { readonly sums: Sums; readonly isCommit: boolean } = { sums, isCommit: false };
  for (let number = 1; ; number += 1) {
    if (!fill(fd, new Uint8Array(frame.buffer), HEADER_BYTES + (number - 1) * frameBytes)) break;
    const own: Sums = [frame.getUint32(8), frame.getUint32(12)];
    salts ??= own;
    const isOfThisLog = isSame(own, salts);
    const stored: Sums = [frame.getUint32(16), frame.getUint32(20)];
    const summed = sumOf(
      frame,
      FRAME_HEADER_BYTES,
      frameBytes,
      isLittleEndian,
      sumOf(frame, 0, 8, isLittleEndian, before.sums),
    );
    const isNext = isOfThisLog && isSame(summed, stored);
    const isCommit = isOfThisLog && frame.getUint32(4) !== 0;
    if (!isNext) brokenAt ??= number;
    if (brokenAt !== null) {
      if (isNext && before.isCommit && number > brokenAt) isProven = true;
      if (isCommit) commits += 1;
    }
    before = { sums: stored, isCommit };
  }
  return brokenAt !== null && isProven ? { frame: brokenAt, commits } : null;
};

/**
 * Looks whether a log was damaged after it was written; null when it was not, or when there is none.
 *
 * SQLite reads a log up to the first frame whose checksum is wrong and takes that for its end, since a power cut leaves such
 * a frame where it met a commit that nobody was told of, and so does a commit that the disk refused. All before the last
 * commit was synced, though, and what follows a commit carries its checksum on only when it was: a frame that is wrong, with
 * a commit at or behind it that more follows on, cannot be the mark of either.
 *
 * Another process may be writing to it, so what is found counts when it is found twice.
 */
export const findLogDamage = (log: string): LogDamage | null => {
  let fd: number;
  try {
    fd = openSync(log, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    if (fstatSync(fd).size === 0) return null;
    const damage = look(fd);
    const again = damage && look(fd);
    return again && again.frame === damage.frame ? again : null;
  } finally {
    closeSync(fd);
  }
};
