import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import fc from 'fast-check';
import { openSqliteCorpusReader, openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { messagesOf, rowsIn, WHOLE } from '../../contract/lists.ts';
import { createWorld, mintId, present } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';
import { createTalk } from './talk.ts';

const LANES = 10;
const STEPS = 100;
const SEED = 20_260_103;

type Step = { readonly verb: 'append' | 'update' | 'delete' | 'knowledge'; readonly pick: number };

const steps = fc.sample(
  fc.array(
    fc.record<Step>({
      verb: fc.constantFrom('append', 'append', 'update', 'delete', 'knowledge'),
      pick: fc.nat({ max: 1_000 }),
    }),
    { minLength: STEPS, maxLength: STEPS },
  ),
  { seed: SEED, numRuns: LANES },
);

for (const writer of ['worker', 'here'] as const) {
  describe(`reading what was written, writer: ${writer}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let store: Store;
    beforeEach(async () => {
      folder = temporaryFolder();
      store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer });
    });
    afterEach(async () => {
      await store.close();
      folder.remove();
    });

    test('a write of another process is seen a millisecond after it was made, however long the turn that reads', async () => {
      const file = `${folder.path}/memfuse.db`;
      const another = await openSqliteStore({ file, writer: 'worker' });
      const { scope } = await createWorld(store);
      let nowMs = performance.now();
      const clock = spyOn(performance, 'now').mockImplementation(() => nowMs);
      const missed: string[] = [];
      for (let i = 0; i < 10; i += 1) {
        const id = mintId();
        const telling = another.users.create(scope, { id, name: id, description: null, at: 1_000 });
        await new Promise<void>((resolve) => setImmediate(resolve));
        // One long turn of this process: it reads, and before the turn is over the other process has committed.
        const found = await new Promise<unknown>((resolve) =>
          setImmediate(() => {
            rowsIn(store.users.list(scope, WHOLE));
            while (rowsOf(file, `SELECT 1 FROM users WHERE id = '${id}'`).length === 0);
            nowMs += 1;
            resolve(store.users.get(scope, id));
          }),
        );
        if (found === null) missed.push(id);
        await telling;
      }
      clock.mockRestore();
      await another.close();
      expect(missed).toEqual([]);
    });

    test('a thousand writes of ten sessions, mixed, are each seen by every reader the moment they are answered', async () => {
      const corpus = openSqliteCorpusReader(`${folder.path}/memfuse.db`);
      const run = async (steps: readonly Step[]): Promise<void> => {
        const talk = await createTalk(store);
        const { world, scope, session } = talk;
        const { tenantKey, userKey } = { ...scope, userKey: session.userKey };
        const there: { id: string; content: string }[] = [];
        let facts = 0;
        let generation = 0;
        for (const { verb, pick } of steps) {
          const chosen = there[pick % Math.max(1, there.length)];
          if (verb === 'append') {
            const round = Array.from({ length: 1 + (pick % 3) }, (_, i) => talk.message(`said ${pick} ${i}`));
            await talk.append(round);
            there.push(...round.map(({ id, content }) => ({ id, content })));
          } else if (verb === 'knowledge') {
            const item = { id: talk.message('').id, content: 'fact' };
            await store.knowledge.add(scope, session.userId, [item], world.at());
            facts += 1;
          } else if (chosen && verb === 'update') {
            chosen.content = `changed ${pick}`;
            const change = { id: chosen.id, role: 'user', content: chosen.content } as const;
            await store.messages.update(scope, session.id, [change], world.at());
          } else if (chosen) {
            await store.messages.delete(scope, session.id, [chosen.id], world.at());
            there.splice(there.indexOf(chosen), 1);
          } else continue;

          // Everything that reads starts only now, after the answer.
          const options = { limit: 1_000, sortBy: 'timestamp', order: 'asc' } as const;
          const listed = await messagesOf(store, scope, session.id, options);
          expect(listed.map(({ id, content }) => ({ id, content }))).toEqual(there);
          expect(await rowsIn(store.knowledge.list(scope, session.userId, WHOLE))).toHaveLength(facts);
          for (const reader of [store.corpus, corpus]) {
            const changes = present(await reader.changes(tenantKey, userKey, { after: generation }));
            expect(changes.generation).toBe(generation + 1);
            const documents = [];
            for await (const batch of changes.documents) documents.push(...batch);
            const touched = { append: 1 + (pick % 3), knowledge: 1, update: 1, delete: 0 }[verb];
            expect(documents).toHaveLength(touched);
            expect(changes.retractions).toHaveLength(verb === 'delete' ? 1 : 0);
          }
          generation += 1;
        }
      };
      await Promise.all(steps.map(run));
    });
  });
}
