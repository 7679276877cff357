import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { endOf } from '../../contract/refusal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type HeldTimers, holdTimers } from './held-timers.ts';
import { createTalk, type Talk } from './talk.ts';

const A_SECOND_MS = 1_000;

/** What may happen to the files of an open database. */
const LOSSES: Readonly<Record<string, (file: string) => void>> = {
  'is removed': (file) => rmSync(file),
  'is moved away': (file) => renameSync(file, `${file}.old`),
  'is replaced by another': (file) => {
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
  },
  'loses its log': (file) => rmSync(`${file}-wal`),
  'loses its shared memory': (file) => rmSync(`${file}-shm`),
};

for (const writer of ['worker', 'here'] as const) {
  describe(`a database file that, writer: ${writer},`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let file: string;
    let timers: HeldTimers;
    let store: Store;
    let talk: Talk;
    let told: string[];
    beforeEach(async () => {
      folder = temporaryFolder();
      file = `${folder.path}/memfuse.db`;
      timers = holdTimers();
      told = [];
      store = await openSqliteStore({ file, writer, onLost: ({ message }) => told.push(message) });
      talk = await createTalk(store);
    });
    afterEach(async () => {
      await store.close();
      timers.release();
      folder.remove();
    });

    const append = () => endOf(talk.append([talk.message('said')]));

    for (const [name, lose] of Object.entries(LOSSES)) {
      test(`${name} takes no more writes, and tells of it once`, async () => {
        expect(await append()).toBe('accepted');
        lose(file);
        expect(await append()).toBe('storage_unavailable');
        expect(await append()).toBe('storage_unavailable');
        expect(await endOf(store.ping())).toBe('storage_unavailable');
        expect(told).toEqual([expect.stringMatching(/^The database file was taken away.*start the server again\.$/)]);
      });

      test(`${name} is noticed within a second when nobody writes, and read from no more`, async () => {
        expect(await endOf(talk.ids())).toBe('accepted');
        lose(file);
        timers.pass(A_SECOND_MS);
        expect(told).toHaveLength(1);
        expect(await endOf(talk.ids())).toBe('storage_unavailable');
        timers.pass(10 * A_SECOND_MS);
        expect(told).toHaveLength(1);
      });
    }

    test('is where it was is no loss, however long and whatever is written', async () => {
      for (let i = 0; i < 5; i += 1) {
        expect(await append()).toBe('accepted');
        timers.pass(A_SECOND_MS);
        await new Promise<void>((resolve) => setImmediate(resolve));
        await store.ping();
      }
      expect(told).toEqual([]);
    });

    test('comes back stays lost until it is opened again, since others may have written to it', async () => {
      renameSync(file, `${file}.old`);
      expect(await append()).toBe('storage_unavailable');
      renameSync(`${file}.old`, file);
      timers.pass(A_SECOND_MS);
      expect(await append()).toBe('storage_unavailable');
      await store.close();
      store = await openSqliteStore({ file, writer });
      expect(await endOf(talk.ids(store))).toBe('accepted');
    });

    test('is replaced is left to its successor when the store is closed', async () => {
      await append();
      rmSync(file);
      for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`);
      const successor = await openSqliteStore({ file, writer: 'here' });
      const other = await createTalk(successor);
      const said = other.message('said to the successor');
      await other.append([said]);
      await store.close();
      expect(existsSync(`${file}-wal`)).toBe(true);
      expect(await other.ids()).toEqual([said.id]);
      await successor.close();
      store = await openSqliteStore({ file, writer });
      expect(await other.ids(store)).toEqual([said.id]);
    });

    test('keeps no process alive by being watched', () => {
      expect(timers.keepingAlive()).toBe(0);
    });
  });
}
