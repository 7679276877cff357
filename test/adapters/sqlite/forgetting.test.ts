import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { handsOf, newChunk } from '../../contract/background.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTalk, type Talk } from './talk.ts';

const SECRET = 'the-combination-is-7-21-34';

/** Ways to make the server forget, with what was said or learned where. */
const WAYS: Readonly<Record<string, (store: Store, talk: Talk, said: string, learned: string) => Promise<unknown>>> = {
  'a message is deleted': async (store, { world, scope, session }, said, learned) => {
    await store.messages.delete(scope, session.id, [said], 9_000);
    await store.knowledge.delete(world.scope, session.userId, [learned]);
  },
  'a message is changed': async (store, { world, scope, session }, said, learned) => {
    const change = { id: said, role: 'user', content: 'nothing', name: null, metadata: null } as const;
    await store.messages.update(scope, session.id, [change], 9_000);
    await store.knowledge.update(world.scope, session.userId, [{ id: learned, content: 'nothing' }], 9_000);
  },
  'their session is deleted': async (store, { world, scope, session }, _, learned) => {
    await store.sessions.delete(scope, session.id);
    await store.knowledge.delete(world.scope, session.userId, [learned]);
  },
  'their agent is deleted': async (store, { world, scope, session }, _, learned) => {
    await store.agents.delete(scope, session.agentId);
    await store.knowledge.delete(world.scope, session.userId, [learned]);
  },
  'their user is deleted': (store, { scope, session }) => store.users.delete(scope, session.userId),
};

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** The files of the database that hold the secret in their bytes. */
const filesWithSecret = (): string[] =>
  readdirSync(folder.path).filter((name) => readFileSync(`${folder.path}/${name}`).includes(SECRET));

for (const writer of ['worker', 'here'] as const) {
  describe(`forgotten text, writer: ${writer}`, () => {
    for (const [way, forget] of Object.entries(WAYS)) {
      test(`is in no file of a closed database once ${way}`, async () => {
        const file = `${folder.path}/memfuse.db`;
        const store = await openSqliteStore({ file, writer });
        const talk = await createTalk(store);
        const long = `${SECRET} `.repeat(2_000);
        const said = [SECRET, long].map((text) =>
          talk.message(text, { name: SECRET, metadata: JSON.stringify({ text }) }),
        );
        const messages = [talk.message('before'), ...said, talk.message('after')];
        const { scope, session, world } = talk;
        const { tasks } = await store.messages.append(scope, session.id, messages, undefined, world.work());
        const chunks = messages.map(({ content }, i) => newChunk(i + 1, i + 1, { content }));
        for (const task of tasks) await handsOf(world).finish(task, chunks);
        const [learned] = await talk.world.know({ ...(await talk.world.user()), id: talk.session.userId }, [SECRET]);
        // Closed and opened again, so that the text has gone from the log into the pages of the database.
        await store.close();
        const again = await openSqliteStore({ file, writer });
        expect(filesWithSecret()).toContain('memfuse.db');

        for (const { id } of said.slice(1)) await again.messages.delete(talk.scope, talk.session.id, [id], 9_000);
        await forget(again, talk, said[0]?.id ?? '', learned ?? '');
        await again.close();
        expect(filesWithSecret()).toEqual([]);
      });
    }
  });
}
