import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Worker } from 'node:worker_threads';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { endOf, refusal } from '../../contract/refusal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTalk } from './talk.ts';
import { watchWorkers } from './watched-workers.ts';

/** Most requests in one commit: those of the first group are answered together, then the next group is sent. */
const GROUP = 256;

const DEATHS: Readonly<Record<string, (worker: Worker) => unknown>> = {
  'is terminated': (worker) => worker.terminate(),
  'throws where nothing catches': (worker) => worker.postMessage(null),
};

for (const [name, kill] of Object.entries(DEATHS)) {
  describe(`a storage Worker that ${name}`, () => {
    const folder = { current: temporaryFolder() };
    const deaths: Error[] = [];
    let workers: ReturnType<typeof watchWorkers>;
    let store: Store;
    let died: Promise<void>;
    beforeEach(async () => {
      folder.current = temporaryFolder();
      deaths.length = 0;
      workers = watchWorkers();
      const { promise, resolve } = Promise.withResolvers<void>();
      died = promise;
      const onWriterDeath = (error: Error) => {
        deaths.push(error);
        resolve();
      };
      store = await openSqliteStore({ file: `${folder.current.path}/memfuse.db`, writer: 'worker', onWriterDeath });
    });
    afterEach(async () => {
      await store.close();
      workers.release();
      folder.current.remove();
    });

    test('fails the group in flight and no other: what was answered stays, what waits goes to the successor', async () => {
      const talk = await createTalk(store);
      // Rounds large enough that a group is still under way when the blow falls.
      const rounds = Array.from({ length: 3 * GROUP }, () => Array.from({ length: 20 }, () => talk.message('x')));
      const calls = rounds.map(talk.append);
      const ends = Promise.all(calls.map(endOf));
      await calls[0];
      kill(workers.last());
      const heard = await ends;
      expect(new Set(heard)).toEqual(new Set(['accepted', 'storage_unavailable']));
      expect(heard.slice(0, GROUP)).toEqual(Array.from({ length: GROUP }, () => 'accepted'));
      expect(heard.filter((end) => end === 'storage_unavailable')).toHaveLength(GROUP);
      expect(deaths).toHaveLength(1);

      const last = talk.message('after');
      await talk.append([last]);
      const there = await talk.ids();
      const acknowledged = rounds.filter((_, i) => heard[i] === 'accepted').flat();
      const doubtful = new Set(
        rounds.filter((_, i) => heard[i] !== 'accepted').flatMap((it) => it.map(({ id }) => id)),
      );
      const certain = there.filter((id) => !doubtful.has(id));
      expect(certain).toEqual([...acknowledged.map(({ id }) => id), last.id]);
      // A group is kept whole or not at all, also when nobody could be told.
      expect([0, GROUP * 20]).toContain(there.length - certain.length);
    });

    test('says that the outcome is unknown and that the request can be sent again with a key', async () => {
      const talk = await createTalk(store);
      const rounds = Array.from({ length: 3 * GROUP }, () => Array.from({ length: 20 }, () => talk.message('x')));
      const calls = rounds.map(talk.append);
      const settled = Promise.allSettled(calls);
      await calls[0];
      kill(workers.last());
      const refused = (await settled).findIndex(({ status }) => status === 'rejected');
      const error = await refusal(calls[refused] ?? Promise.resolve());
      expect(error.code).toBe('storage_unavailable');
      expect(error.retryable).toBe(true);
      expect(error.message).toContain('Idempotency-Key');
    });

    test('costs nothing when nothing was under way', async () => {
      const talk = await createTalk(store);
      for (let i = 0; i < 3; i += 1) {
        const before = deaths.length;
        const { promise, resolve } = Promise.withResolvers<void>();
        workers.last().once('exit', () => resolve());
        kill(workers.last());
        await promise;
        await died;
        expect(await endOf(talk.append([talk.message(`after ${i}`)]))).toBe('accepted');
        expect(deaths).toHaveLength(before + 1);
      }
      expect(await talk.ids()).toHaveLength(3);
    });

    test('leaves reading alone', async () => {
      const talk = await createTalk(store);
      const message = talk.message('there');
      await talk.append([message]);
      kill(workers.last());
      await died;
      expect(await talk.ids()).toEqual([message.id]);
    });

    test('does not keep the store from closing, and what it acknowledged is there afterwards', async () => {
      const file = `${folder.current.path}/another.db`;
      const another = await openSqliteStore({ file, writer: 'worker' });
      const talk = await createTalk(another);
      const message = talk.message('there');
      await talk.append([message]);
      kill(workers.last());
      await another.close();
      const again = await openSqliteStore({ file, writer: 'here' });
      expect(await talk.ids(again)).toEqual([message.id]);
      await again.close();
    });
  });
}
