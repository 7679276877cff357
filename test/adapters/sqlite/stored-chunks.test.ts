import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { ANN, type Background, createBackground, FAILURE, newChunk } from '../../contract/background.ts';
import { endOf } from '../../contract/refusal.ts';
import { createWorld, present } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';

const bytesOf = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('hex');

for (const writer of ['worker', 'here'] as const) {
  describe(`what is kept of background work, writer: ${writer}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let file: string;
    let store: Store;
    beforeEach(async () => {
      folder = temporaryFolder();
      file = `${folder.path}/memfuse.db`;
      store = await openSqliteStore({ file, writer });
    });
    afterEach(async () => {
      await store.close();
      folder.remove();
    });
    const create = async () => createBackground(await createWorld(store));
    const tokenCounts = () =>
      rowsOf<{ tokens: number | null }>(file, 'SELECT token_count AS tokens FROM messages ORDER BY key').map(
        ({ tokens }) => tokens,
      );

    test('is each vector, byte for byte, with the model that made it', async () => {
      const { appendTask, finish, talk } = await create();
      const whole = Float32Array.from({ length: 384 }, (_, i) => Math.fround(Math.sin(i) / 19));
      const odd = [0, -0, 1, -1, 2 ** -149, -(2 ** -126), 3.4028234e38, Number.NaN, Number.POSITIVE_INFINITY];
      const vectors = [
        whole,
        whole.subarray(100, 228),
        new Float32Array(odd),
        new Float32Array(new Uint8Array(Array.from({ length: 64 }, (_, i) => (i * 37) % 256)).buffer, 16, 8),
        new Float32Array(1),
      ];
      const chunks = [
        ...vectors.map((vector, i) => newChunk(i + 1, i + 1, { vector, model: `model ${i}` })),
        newChunk(6, 6),
      ];
      await finish(await appendTask(talk, 6), chunks);
      const rows = rowsOf<{ id: string; vector: Uint8Array | null; model: string | null }>(
        file,
        'SELECT id, vector, model FROM chunks ORDER BY first_sequence',
      );
      const kept = rows.map(({ id, vector, model }) => ({
        id,
        model,
        bytes: vector && Buffer.from(vector).toString('hex'),
      }));
      expect(kept).toEqual(chunks.map(({ id, model, vector }) => ({ id, model, bytes: vector && bytesOf(vector) })));
    });

    test('are the token counts of the messages that an outcome names, and none of one that was not kept', async () => {
      const { append, appendTask, claim, prepare, talk } = await create();
      const [task] = (await append(talk, ['a', 'b', 'c'])).tasks;
      const held = await claim(present(task));
      await appendTask(talk, 1);
      expect(tokenCounts()).toEqual([null, null, null, null]);
      const counts = [
        { sequence: 1, tokens: 0 },
        { sequence: 3, tokens: 123_456 },
      ];
      const commit = await prepare(held, { tokenCounts: counts });
      const taken = present(commit.chunks[0]);
      const other = await create();
      await other.finish(await other.appendTask(other.talk, 1), [{ ...taken, lastSequence: 1 }]);
      expect(await endOf(store.work.file([commit]))).not.toBe('accepted');
      expect(await store.work.file([{ ...commit, owner: 'nobody' }])).toEqual(['lost']);
      expect(tokenCounts().slice(0, 4)).toEqual([null, null, null, null]);
      expect(await store.work.file([{ ...commit, chunks: [newChunk(1, 3)] }])).toEqual(['done']);
      expect(tokenCounts().slice(0, 4)).toEqual([0, null, 123_456, null]);
    });

    const REMOVALS: Readonly<Record<string, (background: Background) => Promise<unknown>>> = {
      session: ({ scope, talk }) => store.sessions.delete(scope, talk.id),
      agent: ({ scope, partner }) => store.agents.delete(scope, partner.id),
      user: ({ scope, owner }) => store.users.delete(scope, owner.id),
    };
    for (const [name, remove] of Object.entries(REMOVALS)) {
      test(`is nothing once its ${name} is deleted, whatever state the tasks were in`, async () => {
        const background = await create();
        const { scope, appendTask, claim, finish, talk, owner, world } = background;
        // In a session of its own, which must stay.
        const neighbour = await world.session(await world.user(), await world.agent());
        await finish(await appendTask(neighbour, 2));
        await appendTask(neighbour, 1);
        await finish(await appendTask(talk, 2));
        const failed = await claim(await appendTask(talk, 2));
        await store.work.fail(failed.key, ANN, FAILURE);
        await claim(await appendTask(talk, 2));
        await appendTask(talk, 2);
        const states = (key: number) =>
          rowsOf<{ state: string }>(file, `SELECT state FROM outbox WHERE session_key = ${key} ORDER BY key`);
        const chunks = (key: number) => rowsOf(file, `SELECT 1 FROM chunks WHERE session_key = ${key}`).length;
        expect(states(talk.key).map(({ state }) => state)).toEqual(['failed', 'running', 'waiting']);
        expect(chunks(talk.key)).toBe(1);
        await remove(background);
        expect([states(talk.key), chunks(talk.key)]).toEqual([[], 0]);
        expect([states(neighbour.key).length, chunks(neighbour.key)]).toEqual([1, 1]);
        const counts = { waiting: 1, running: 0, failed: 0 };
        expect(await store.outbox.counts(scope)).toMatchObject(counts);
        const none = { waiting: 0, running: 0, failed: 0, oldestWaitingAt: null };
        expect(await store.outbox.counts({ ...scope, userKey: owner.key })).toMatchObject(none);
      });
    }
  });
}
