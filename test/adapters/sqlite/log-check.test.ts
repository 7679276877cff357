import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { compactSqlite } from '../../../adapters/sqlite/compact.ts';
import { findLogDamage } from '../../../adapters/sqlite/log-check.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { messagesOf } from '../../contract/lists.ts';
import { refusal } from '../../contract/refusal.ts';
import { seededRandom } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { holdTimers } from './held-timers.ts';
import { createTalk, type Talk } from './talk.ts';

const HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;
const COMMITS = 12;

let folder: ReturnType<typeof temporaryFolder>;
/** A database and its log, as a process leaves them that is killed. */
let killed: string;
let talk: Talk;
let contents: string[];
let log: Buffer;
/** Where each commit ends, in frames. */
let ends: number[];

beforeAll(async () => {
  folder = temporaryFolder();
  const file = `${folder.path}/served.db`;
  killed = `${folder.path}/killed.db`;
  // Nobody empties the log meanwhile.
  const timers = holdTimers();
  const store = await openSqliteStore({ file, writer: 'here' });
  talk = await createTalk(store);
  for (let i = 0; i < COMMITS; i += 1) await talk.append([talk.message(`number ${i} ${'x'.repeat(3_000 * (i % 3))}`)]);
  for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, `${killed}${part}`);
  await store.close();
  timers.release();
  log = readFileSync(`${killed}-wal`);
  const frames = (log.length - HEADER_BYTES) / FRAME_BYTES;
  const isCommit = (frame: number): boolean => log.readUInt32BE(HEADER_BYTES + (frame - 1) * FRAME_BYTES + 4) !== 0;
  ends = Array.from({ length: frames }, (_, i) => i + 1).filter(isCommit);
  contents = Array.from({ length: COMMITS }, (_, i) => `number ${i}`);
});
afterAll(() => folder.remove());

const atFrame = (frame: number, offset = 0): number => HEADER_BYTES + (frame - 1) * FRAME_BYTES + offset;

/** A copy of what the killed process left, with its log changed. */
const withLog = (change: (log: Buffer) => Buffer): string => {
  const file = `${folder.path}/changed.db`;
  for (const part of ['', '-wal', '-shm', '-wal.damaged']) rmSync(`${file}${part}`, { force: true });
  copyFileSync(killed, file);
  writeFileSync(`${file}-wal`, change(Buffer.from(log)));
  return file;
};

const flipped =
  (position: number) =>
  (bytes: Buffer): Buffer => {
    bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
    return bytes;
  };

const damageOf = (change: (log: Buffer) => Buffer) => findLogDamage(`${withLog(change)}-wal`);

describe('a log', () => {
  test('that is as it was written is sound, and so are one that is empty and none at all', () => {
    expect(ends.length).toBeGreaterThan(COMMITS);
    expect(damageOf((bytes) => bytes)).toBeNull();
    expect(damageOf((bytes) => bytes.subarray(0, 0))).toBeNull();
    expect(findLogDamage(`${folder.path}/none.db-wal`)).toBeNull();
  });

  test('that a power cut left is sound, wherever it was cut and whatever of the last commit reached the disk', () => {
    const random = seededRandom(7);
    for (let cut = 0; cut < log.length; cut += random.between(1, 4_000)) {
      expect(damageOf((bytes) => bytes.subarray(0, cut))).toBeNull();
    }
    const [last = 0, before = 0] = ends.toReversed();
    expect(last - before).toBeGreaterThan(1);
    for (let frame = before + 1; frame <= last; frame += 1) {
      const from = atFrame(frame);
      expect(damageOf((bytes) => bytes.fill(0, from, from + FRAME_BYTES))).toBeNull();
      expect(damageOf(flipped(from + 100))).toBeNull();
    }
  });

  test('that is damaged before its last commit is told of: where, and how many commits are lost by it', () => {
    const random = seededRandom(8);
    const before = ends.at(-2) ?? 0;
    for (let i = 0; i < 150; i += 1) {
      const frame = random.between(1, before);
      const offset = random.between(24, FRAME_BYTES - 1);
      const commits = ends.filter((end) => end >= frame).length;
      expect(damageOf(flipped(atFrame(frame, offset)))).toEqual({ frame, commits });
    }
  });

  test('whose header is damaged is told of, since all of it is lost', () => {
    for (const position of [0, 5, 17, 25, 31]) {
      expect(damageOf(flipped(position))).toEqual({ frame: 1, commits: ends.length });
    }
  });

  test('that holds what a disk refused before it took a smaller commit is sound', () => {
    const [last = 0, before = 0, ...others] = ends.toReversed();
    const large = others.find((end, i) => end - (others[i + 1] ?? 0) >= 3) ?? 0;
    // Twice more than one commit was written from here on and not synced, the larger first: what is left of both are ends of
    // commits that nothing was told of.
    const copyFrame = (bytes: Buffer, from: number, to: number): void => {
      log.copy(bytes, atFrame(to), atFrame(from), atFrame(from + 1));
    };
    const change = (bytes: Buffer): Buffer => {
      copyFrame(bytes, large, before + 2);
      for (let frame = before + 3; frame <= last; frame += 1) copyFrame(bytes, large, frame);
      return bytes;
    };
    expect(last - before).toBeGreaterThanOrEqual(2);
    expect(damageOf(change)).toBeNull();
  });

  test('that was written over an older one is sound, damage and all of what is older', () => {
    const half = ends[Math.floor(ends.length / 2)] ?? 0;
    const older = (bytes: Buffer): Buffer => {
      for (let at = atFrame(half + 1); at < bytes.length; at += FRAME_BYTES) bytes.writeUInt32BE(7, at + 8);
      return bytes;
    };
    expect(damageOf(older)).toBeNull();
    expect(damageOf((bytes) => flipped(atFrame(half + 2, 500))(older(bytes)))).toBeNull();
  });
});

describe('a store whose log is damaged', () => {
  const inTheMiddle = () => flipped(atFrame(ends[ends.length >> 1] ?? 0, 1_000));

  for (const writer of ['worker', 'here'] as const) {
    test(`does not open, says what to do, and changes nothing, writer: ${writer}`, async () => {
      const file = withLog(inTheMiddle());
      const parts = () => ['', '-wal'].map((part) => readFileSync(`${file}${part}`));
      const before = parts();
      const { code, message } = await refusal(openSqliteStore({ file, writer }));
      expect(code).toBe('storage_unavailable');
      expect(message).toStartWith(`The log ${file}-wal is damaged at frame `);
      expect(message).toContain('put a copy in its place');
      expect(message).toContain('bun run compact --cut-log');
      expect(parts()).toEqual(before);
      expect(existsSync(`${file}-shm`)).toBe(false);
    });
  }

  test('opens with all that was said when the log ends within its last commit', async () => {
    const file = withLog((bytes) => bytes);
    truncateSync(`${file}-wal`, log.length - 100);
    const store = await openSqliteStore({ file, writer: 'here' });
    const said = await messagesOf(store, talk.scope, talk.session.id, { sortBy: 'timestamp', order: 'asc' });
    await store.close();
    expect(said.map(({ content }) => content.trimEnd().split(' x')[0])).toEqual(contents.slice(0, -1));
  });

  test('goes on with what was said before the damage once somebody asks for that, and the log is kept', async () => {
    const file = withLog(inTheMiddle());
    const damagedLog = readFileSync(`${file}-wal`);
    const lost = (await refusal(openSqliteStore({ file, writer: 'here' }))).message;
    expect((await refusal(compactSqlite(file, {}))).message).toBe(lost);
    await compactSqlite(file, { cutLog: true });
    expect(readFileSync(`${file}-wal.damaged`)).toEqual(damagedLog);
    const store = await openSqliteStore({ file, writer: 'here' });
    const said = await messagesOf(store, talk.scope, talk.session.id, { sortBy: 'timestamp', order: 'asc' });
    await store.close();
    expect(said.length).toBeGreaterThan(2);
    expect(said.length).toBeLessThan(COMMITS);
    expect(said.map(({ content }) => content.trimEnd().split(' x')[0])).toEqual(contents.slice(0, said.length));
    const again = await refusal(compactSqlite(file, { cutLog: true }));
    expect(again.message).toContain('is not damaged: there is nothing to cut');
  });

  test('keeps an earlier damaged log, and is not cut before that is moved away', async () => {
    const file = withLog(inTheMiddle());
    writeFileSync(`${file}-wal.damaged`, 'earlier');
    const { message } = await refusal(compactSqlite(file, { cutLog: true }));
    expect(message).toContain('EEXIST');
    expect(readFileSync(`${file}-wal.damaged`, 'utf8')).toBe('earlier');
    expect(findLogDamage(`${file}-wal`)).not.toBeNull();
  });
});
