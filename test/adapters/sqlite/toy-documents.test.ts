import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { openGenerations } from '../../../adapters/sqlite/generations.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch } from '../../../src/retrieval/search.ts';
import { createWorld } from '../../contract/world.ts';
import { turn } from '../../support/manual-time.ts';
import { searchRequest } from '../../support/search-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { addToyDocuments, TOY, TOY_SCHEMA } from '../../support/toy-documents.ts';

describe('a kind of documents that is added by an entry alone', () => {
  const folder = temporaryFolder();
  let takeOut: () => void;
  let store: Store;
  let db: Connection;
  beforeAll(async () => {
    takeOut = addToyDocuments();
    const file = `${folder.path}/memfuse.db`;
    store = await openSqliteStore({ file, writer: 'here' });
    db = openWriteConnection(file);
    db.exec(TOY_SCHEMA);
  });
  afterAll(async () => {
    db.close();
    await store.close();
    folder.remove();
    takeOut();
  });

  const createMemory = async () => {
    const world = await createWorld(store);
    const { tenantKey } = world;
    const user = await world.user();
    const talk = await world.session(user, await world.agent());
    const owner = { tenantKey, userKey: user.key };
    const generations = openGenerations(db);
    const indexes = new UserIndexes(store.corpus, null, 100_000_000, { segmentMessages: 8 });
    const search = createSearch(store.corpus, indexes, WEIGHTS);
    /** In a transaction, as the handler of a task would; then past the turn, whose reads share a snapshot. */
    const write = async <T>(run: () => T): Promise<T> => {
      const made = db.transaction(run).immediate();
      await turn();
      return made;
    };
    const insert = db.prepare('INSERT INTO toys VALUES (NULL, @tenantKey, @userKey, @generation, @content, @at)');
    const remove = db.prepare('DELETE FROM toys WHERE key = ?');
    return {
      world,
      user,
      talk,
      owner,
      indexes,
      learn: (content: string) =>
        write(() => {
          const generation = generations(tenantKey, user.key);
          return Number(insert.run({ ...owner, generation, content, at: world.at() }).lastInsertRowid);
        }),
      close: (key: number) =>
        write(() => {
          remove.run(key);
          generations(tenantKey, user.key, [{ kind: TOY, key }]);
        }),
      ask: async (question: string, more?: Parameters<typeof searchRequest>[2]) => {
        const { found } = await search(searchRequest(owner, question, more));
        return found.map(({ kind, content }) => `${kind}: ${content}`);
      },
    };
  };

  test('is found beside the others, by the filters of its rules, until it is withdrawn', async () => {
    const { world, user, talk, learn, close, ask } = await createMemory();
    await world.say(talk, ['The kayak is red.']);
    await world.know(user, ['The kayak is five metres long.']);
    const key = await learn('The kayak hangs in the shed.');
    const [message, knowledge, toy] = [
      'message: The kayak is red.',
      'knowledge: The kayak is five metres long.',
      'toy: The kayak hangs in the shed.',
    ];
    expect((await ask('kayak')).toSorted()).toEqual([message, knowledge, toy].toSorted());
    expect(await ask('kayak', { filters: { kinds: [TOY] } })).toEqual([toy]);
    expect(await ask('kayak', { filters: { kinds: ['message'] } })).toEqual([message]);
    expect(await ask('kayak', { filters: { roles: ['user'] } })).toEqual([message]);
    expect(await ask('kayak', { filters: { sessionKeys: [talk.key] } })).toEqual([message]);
    await close(key);
    expect((await ask('kayak')).toSorted()).toEqual([message, knowledge].toSorted());
    await learn('The kayak hangs in the barn.');
    expect(await ask('barn')).toContain('toy: The kayak hangs in the barn.');
  });

  test('is told to who says the same in a transcript, which turns of a conversation are not', async () => {
    const { world, talk, learn, ask } = await createMemory();
    await world.say(talk, ['The kayak hangs in the shed.']);
    await learn('The kayak hangs in the shed.');
    const found = await ask('user: The kayak hangs in the shed.\nassistant: Which kayak?');
    expect(found).toEqual(['toy: The kayak hangs in the shed.']);
  });

  test('keeps no user from having segments, though one is withdrawn whenever a segment is made', async () => {
    const { world, talk, owner, learn, close, ask, indexes } = await createMemory();
    let key = await learn('The budget of the house is 0.');
    await world.say(
      talk,
      Array.from({ length: 20 }, (_, i) => `The ${i}th goat grazes.`),
    );
    await ask('goat');
    const kept: boolean[] = [];
    for (let made = indexes.nextSegment(owner); made; made = indexes.nextSegment(owner)) {
      await close(key);
      key = await learn(`The budget of the house is ${kept.length + 1}.`);
      kept.push(await store.corpus.saveSegment(made));
      indexes.gaveSegment(made);
    }
    expect(kept).toEqual([true, true, true]);
    // What is read back from them shows the messages, and the present fact beside them.
    indexes.forget(owner.userKey);
    expect(await ask('goat', { topK: 30 })).toHaveLength(20);
    expect(await ask('budget')).toEqual(['toy: The budget of the house is 3.']);
  });

  test('stands where the ranking has it when the store knows until when it holds, however much newer another is', async () => {
    const { world, user, talk, learn, ask } = await createMemory();
    const older = 'The yearly budget of the old summer house by the lake is 400.';
    const newer = 'The budget of the old summer house by the lake is 450.';
    const question = 'the yearly budget of the old summer house';
    await world.say(talk, ['The yearly fair is near.', 'The yearly fair is far.', 'The yearly fair is loud.']);
    await world.know(user, [older]);
    await world.know(user, [newer]);
    await learn(older);
    await learn(newer);
    expect((await ask(question, { filters: { kinds: ['knowledge'] } }))[0]).toBe(`knowledge: ${newer}`);
    expect((await ask(question, { filters: { kinds: [TOY] } }))[0]).toBe(`toy: ${older}`);
  });
});
