import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { openReadConnection } from '../../../adapters/sqlite/connection.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { handsOf, newChunk } from '../../contract/background.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type HeldTimers, holdTimers } from './held-timers.ts';
import { createTalk } from './talk.ts';
import { watchWorkers } from './watched-workers.ts';

const SECRET = 'the-combination-is-7-21-34';
const IDLE_MS = 1_000;

for (const writer of ['worker', 'here'] as const) {
  describe(`the log of a store that nobody writes to, writer: ${writer}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let timers: HeldTimers;
    let workers: ReturnType<typeof watchWorkers>;
    let store: Store;
    let file: string;
    beforeEach(async () => {
      folder = temporaryFolder();
      file = `${folder.path}/memfuse.db`;
      timers = holdTimers();
      workers = watchWorkers();
      store = await openSqliteStore({ file, writer });
    });
    afterEach(async () => {
      await store.close();
      workers.release();
      timers.release();
      folder.remove();
    });

    const filesWithSecret = (): string[] =>
      readdirSync(folder.path).filter((name) => readFileSync(`${folder.path}/${name}`).includes(SECRET));
    const logSize = (): number => statSync(`${file}-wal`).size;
    const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

    /** Lets a second without a write pass, and waits until the log has been seen to. */
    const idle = async (): Promise<void> => {
      // The writer has come to rest, and the snapshots of this turn have ended.
      await nextTurn();
      const answered = new Promise<void>((resolve) => {
        if (writer === 'here') resolve();
        else workers.last().once('message', () => resolve());
      });
      timers.pass(IDLE_MS);
      await answered;
      await nextTurn();
    };

    /** A message, a knowledge item and a chunk that hold the secret, and how to delete them. */
    const tellSecret = async () => {
      const { world, scope, session } = await createTalk(store);
      const { append, finish } = handsOf(world);
      const { ids, tasks } = await append(session, ['before', SECRET, 'after']);
      const [task] = tasks;
      if (task) await finish(task, [newChunk(1, 3, { content: `before\n${SECRET}\nafter` })]);
      const facts = await world.know({ ...(await world.user()), id: session.userId }, [SECRET]);
      return async (): Promise<void> => {
        await store.messages.delete(scope, session.id, ids.slice(1, 2), world.at());
        await store.knowledge.delete(scope, session.userId, facts);
      };
    };

    test('is empty, and what it held is in the database', async () => {
      await tellSecret();
      expect(logSize()).toBeGreaterThan(0);
      await idle();
      expect(logSize()).toBe(0);
      expect(filesWithSecret()).toEqual(['memfuse.db']);
    });

    test('holds nothing of what was said and forgotten, nor does the database', async () => {
      const forget = await tellSecret();
      await forget();
      expect(filesWithSecret()).toContain('memfuse.db-wal');
      await idle();
      expect(filesWithSecret()).toEqual([]);
    });

    test('holds nothing of what was forgotten long after it was said, nor does the database', async () => {
      const forget = await tellSecret();
      await idle();
      await forget();
      expect(filesWithSecret()).toContain('memfuse.db');
      await idle();
      expect(filesWithSecret()).toEqual([]);
    });

    test('takes writes again, which are read as ever', async () => {
      const talk = await createTalk(store);
      const messages = ['a', 'b', 'c'].map((text) => talk.message(text));
      for (const message of messages) {
        await talk.append([message]);
        await idle();
        expect(logSize()).toBe(0);
      }
      expect(await talk.ids()).toEqual(messages.map(({ id }) => id));
    });

    test('is left as it is while another reads from it, and emptied after the next write', async () => {
      const talk = await createTalk(store);
      const reader = openReadConnection(file);
      reader.exec('BEGIN');
      const count = () => reader.prepare('SELECT count(*) FROM messages').pluck().get();
      expect(count()).toBe(0);
      await talk.append([talk.message('a')]);
      await idle();
      expect(logSize()).toBeGreaterThan(0);
      expect(count()).toBe(0);
      expect(await talk.ids()).toHaveLength(1);
      reader.close();
      await talk.append([talk.message('b')]);
      await idle();
      expect(logSize()).toBe(0);
      expect(await talk.ids()).toHaveLength(2);
    });

    test('keeps no process alive', async () => {
      await createTalk(store);
      await nextTurn();
      expect(timers.keepingAlive()).toBe(0);
    });
  });
}
