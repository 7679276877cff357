import { describe, expect, test } from 'bun:test';
import { type Changes, type CorpusDocument, SESSIONS_A_PAGE } from '../../src/contract/corpus.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { createMemory, type Memory, textsOf } from './memory.ts';
import { documentsAfter } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { present } from './world.ts';

export const describeCorpus = (open: OpenStore): void =>
  describe('the corpus', () => {
    const shared = shareStore(open);

    test('a message is a document that tells its session, the speaker it names, and its role', async () => {
      const { world, store, scope, talk, owner, documents } = await createMemory(await shared.createWorld());
      await store.messages.append(scope, talk.id, [
        world.message('from the user', { createdAt: 1_000 }),
        world.message('from the agent', { role: 'assistant', createdAt: 2_000 }),
        world.message('from the system', { role: 'system', createdAt: 3_000 }),
        world.message('from a friend', { name: 'Bob', createdAt: 4_000 }),
        world.message('from a tool', { role: 'system', name: 'Clock', createdAt: 5_000 }),
      ]);
      await world.know(owner, ['a fact']);
      const found = await documents();
      const shape = { kind: 'message', key: expect.any(Number), sessionKey: talk.key } as const;
      const messages = [
        {
          ...shape,
          sequence: 1,
          role: 'user',
          name: null,
          content: 'from the user',
          createdAt: 1_000,
        },
        {
          ...shape,
          sequence: 2,
          role: 'assistant',
          name: null,
          content: 'from the agent',
          createdAt: 2_000,
        },
        {
          ...shape,
          sequence: 3,
          role: 'system',
          name: null,
          content: 'from the system',
          createdAt: 3_000,
        },
        {
          ...shape,
          sequence: 4,
          role: 'user',
          name: 'Bob',
          content: 'from a friend',
          createdAt: 4_000,
        },
        {
          ...shape,
          sequence: 5,
          role: 'system',
          name: 'Clock',
          content: 'from a tool',
          createdAt: 5_000,
        },
      ];
      const plain = { role: null, name: null, sessionKey: null, sequence: null } as const;
      const fact = { ...plain, kind: 'knowledge', key: expect.any(Number) };
      expect(found).toEqual([...messages, { ...fact, content: 'a fact', createdAt: expect.any(Number) }] as never);
      expect(new Set(found.map(({ kind, key }) => `${kind}:${key}`)).size).toBe(6);
    });

    test('the generation of a user that is not there is null, and what is theirs is empty', async () => {
      const { corpus, tenantKey } = await createMemory(await shared.createWorld());
      const nobody = 999_999_999;
      expect(await corpus.generation(tenantKey, nobody)).toBeNull();
      expect(await corpus.changes(tenantKey, nobody, { after: 0 })).toBeNull();
      expect(await documentsAfter(shared.store, tenantKey, nobody, 0)).toEqual([]);
      expect(await corpus.sessionsOfAgent(tenantKey, nobody, nobody, 0)).toEqual([]);
      expect(await corpus.fetch(tenantKey, nobody, [{ kind: 'message', key: 1 }])).toEqual([]);
    });

    test('only documents changed after a generation come, each as it is now', async () => {
      const { world, store, scope, owner, talk, generation, documents } = await createMemory(
        await shared.createWorld(),
      );
      const [first] = (await world.say(talk, ['a', 'b'])).map(present) as [string];
      await world.know(owner, ['fact']);
      const before = await generation();
      expect(await documents(before)).toEqual([]);
      await world.say(talk, ['c']);
      await store.messages.update(scope, talk.id, [{ id: first, role: 'user', content: 'new a' }], world.at());
      expect(textsOf(await documents(before))).toEqual(['c', 'new a']);
      expect(textsOf(await documents()).toSorted()).toEqual(['b', 'c', 'fact', 'new a']);
    });

    test('what changed is of one moment: what happens before it is read comes with the next look, and nothing twice', async () => {
      const { world, store, scope, tenantKey, owner, talk, corpus } = await createMemory(await shared.createWorld());
      const [first, second] = (await world.say(talk, ['a', 'b'])).map(present) as [string, string];
      const [fact] = (await world.know(owner, ['fact'])).map(present) as [string];
      const look = async (after: number) => present(await corpus.changes(tenantKey, owner.key, { after }));
      const textsIn = async ({ documents }: Changes) => textsOf((await Array.fromAsync(documents)).flat());
      const one = await look(0);
      await world.say(talk, ['c']);
      await store.messages.update(scope, talk.id, [{ id: first, role: 'user', content: 'new a' }], world.at());
      await store.messages.delete(scope, talk.id, [second], world.at());
      await store.knowledge.update(scope, owner.id, [{ id: fact, content: 'new fact' }], world.at());
      expect([await textsIn(one), one.retractions]).toEqual([['a', 'b', 'fact'], []]);
      const two = await look(one.generation);
      expect(two.generation).toBe(present(await corpus.generation(tenantKey, owner.key)));
      expect(await textsIn(two)).toEqual(['c', 'new a', 'new fact']);
      expect(two.retractions).toMatchObject([{ kind: 'message' }]);
      const three = await look(two.generation);
      expect([three.generation, three.retractions, await textsIn(three)]).toEqual([two.generation, [], []]);
      const nothing = present(await corpus.changes(tenantKey, owner.key, {}));
      expect([nothing.generation, nothing.retractions, await textsIn(nothing)]).toEqual([two.generation, [], []]);
    });

    test('messages come before knowledge, each in the order of generation', async () => {
      const { world, owner, talk, documents } = await createMemory(await shared.createWorld());
      await world.say(talk, ['message 1', 'message 2']);
      await world.know(owner, ['fact 3']);
      await world.say(talk, ['message 4']);
      await world.know(owner, ['fact 5']);
      expect(textsOf(await documents())).toEqual(['message 1', 'message 2', 'message 4', 'fact 3', 'fact 5']);
    });

    test('thousands of documents come in batches, each once and in order', async () => {
      const { world, store, scope, tenantKey, owner, talk, documents } = await createMemory(await shared.createWorld());
      const texts = Array.from({ length: 2_400 }, (_, i) => `text ${i}`);
      const rounds = Array.from({ length: 12 }, (_, i) => texts.slice(i * 200, i * 200 + 200));
      for (const round of rounds) {
        const messages = round.map((text) => world.message(text));
        await store.messages.append(scope, talk.id, messages);
      }
      expect(textsOf(await documents())).toEqual(texts);
      const sizes: number[] = [];
      for await (const batch of store.corpus.documents(tenantKey, owner.key, 0)) sizes.push(batch.length);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(Math.max(...sizes)).toBeLessThan(2_400);
    });

    /** Reads all documents, making a change once, when a document is reached; returns all texts in order. */
    const readWhile = async (
      { corpus, tenantKey, owner }: Memory,
      reached: (document: CorpusDocument) => boolean,
      change: () => Promise<unknown>,
    ): Promise<string[]> => {
      const texts: string[] = [];
      let changed = false;
      for await (const batch of corpus.documents(tenantKey, owner.key, 0)) {
        texts.push(...textsOf(batch));
        if (!changed && batch.some(reached)) {
          changed = true;
          await change();
        }
      }
      return texts;
    };

    test('a message that changes while messages are read comes again as it is then', async () => {
      const memory = await createMemory(await shared.createWorld());
      const { world, store, scope, talk } = memory;
      const ids = await world.say(
        talk,
        Array.from({ length: 1_200 }, (_, i) => `text ${i}`),
      );
      const update = (places: readonly number[]) => {
        const changes = places.map((i) => ({ id: present(ids[i]), role: 'user', content: `new ${i}` }) as const);
        return store.messages.update(scope, talk.id, changes, world.at());
      };
      const texts = await readWhile(
        memory,
        () => true,
        () => update([0, 1_199]),
      );
      expect(texts.filter((text) => text === 'new 0')).toHaveLength(1);
      expect(texts.filter((text) => text === 'new 1199')).toHaveLength(1);
      expect(texts.indexOf('text 0')).toBeLessThan(texts.indexOf('new 0'));
      expect(texts).toHaveLength(1_200 + 1 + (texts.includes('text 1199') ? 1 : 0));
    });

    test('knowledge that changes while knowledge is read comes again as it is then', async () => {
      const memory = await createMemory(await shared.createWorld());
      const { world, store, scope, owner } = memory;
      const ids = await world.know(
        owner,
        Array.from({ length: 1_200 }, (_, i) => `fact ${i}`),
      );
      const texts = await readWhile(
        memory,
        () => true,
        () => store.knowledge.update(scope, owner.id, [{ id: present(ids[0]), content: 'new 0' }], world.at()),
      );
      expect(texts.filter((text) => text === 'new 0')).toHaveLength(1);
      expect(texts.indexOf('fact 0')).toBeLessThan(texts.indexOf('new 0'));
      expect(texts).toHaveLength(1_201);
    });

    test('knowledge that changes while messages are read comes once, as it is then', async () => {
      const memory = await createMemory(await shared.createWorld());
      const { world, store, scope, owner, talk } = memory;
      const [id] = (await world.know(owner, ['old'])).map(present) as [string];
      await world.say(talk, ['message']);
      const texts = await readWhile(
        memory,
        ({ kind }) => kind === 'message',
        () => store.knowledge.update(scope, owner.id, [{ id, content: 'new' }], world.at()),
      );
      expect(texts).toEqual(['message', 'new']);
    });

    test('a message that changes while knowledge is read comes with the span that follows', async () => {
      const memory = await createMemory(await shared.createWorld());
      const { world, store, scope, owner, talk, generation, documents } = memory;
      const [id] = (await world.say(talk, ['old'])).map(present) as [string];
      await world.know(owner, ['fact']);
      const before = await generation();
      const texts = await readWhile(
        memory,
        ({ kind }) => kind === 'knowledge',
        () => store.messages.update(scope, talk.id, [{ id, role: 'user', content: 'new' }], world.at()),
      );
      expect(texts.slice(0, 2)).toEqual(['old', 'fact']);
      expect(textsOf(await documents(before))).toEqual(['new']);
    });

    test('the sessions of a user with an agent are told by key', async () => {
      const { world, store, scope, corpus, tenantKey, owner, partner, talk } = await createMemory(
        await shared.createWorld(),
      );
      const second = await world.session(owner, partner);
      await world.session(owner, await world.agent());
      await world.session(await world.user(), partner);
      const found = await corpus.sessionsOfAgent(tenantKey, owner.key, partner.key, 0);
      expect(found.toSorted()).toEqual([talk.key, second.key].toSorted());
      expect(await corpus.sessionsOfAgent(tenantKey, owner.key, partner.key, Math.min(...found))).toEqual([
        Math.max(...found),
      ]);
      await store.sessions.delete(scope, second.id);
      expect(await corpus.sessionsOfAgent(tenantKey, owner.key, partner.key, 0)).toEqual([talk.key]);
    });

    test('the sessions of a user with an agent come a page at a time, in the order of their keys', async () => {
      const { world, corpus, tenantKey, owner, partner, talk } = await createMemory(await shared.createWorld());
      const others = await Promise.all(Array.from({ length: SESSIONS_A_PAGE }, () => world.session(owner, partner)));
      const keys = [talk, ...others].map(({ key }) => key).sort((a, b) => a - b);
      const first = await corpus.sessionsOfAgent(tenantKey, owner.key, partner.key, 0);
      expect(first).toEqual(keys.slice(0, SESSIONS_A_PAGE));
      expect(await corpus.sessionsOfAgent(tenantKey, owner.key, partner.key, first.at(-1) ?? 0)).toEqual(
        keys.slice(-1),
      );
    });

    test('the names of accounts are those of the user and of agents that they have sessions with, as they are now', async () => {
      const { world, store, scope, corpus, tenantKey, owner, partner } = await createMemory(await shared.createWorld());
      const agents = [partner, ...(await Promise.all(Array.from({ length: 20 }, () => world.agent())))];
      await world.agent();
      for (const agent of agents.slice(1, 3)) await world.session(owner, agent);
      const named = async () => await corpus.accountNames(tenantKey, owner.key);
      expect((await named())?.user).toBe(owner.name);
      expect((await named())?.agents.toSorted()).toEqual(
        agents
          .slice(0, 3)
          .map(({ name }) => name)
          .toSorted(),
      );
      await store.users.update(scope, owner.id, { name: 'Eve', at: world.at() });
      expect((await named())?.user).toBe('Eve');
      for (const agent of agents.slice(3)) await world.session(owner, agent);
      expect((await named())?.agents).toHaveLength(16);
      expect(await corpus.accountNames(tenantKey, 999_999_999)).toBeNull();
    });

    test('a document is read with what else it is found by, and fetched as it was said', async () => {
      const { world, store, scope, corpus, tenantKey, owner, talk, documents } = await createMemory(
        await shared.createWorld(),
      );
      const call = {
        ...world.message('Let me see.', { role: 'assistant', source: '{"tool_calls":[]}' }),
        foundBy: 'tides()',
      };
      const result = world.message('06:12', { role: 'tool' });
      await store.messages.append(scope, talk.id, [call, result]);
      const found = await documents();
      expect(found.map(({ role, content }) => [role, content])).toEqual([
        ['assistant', 'Let me see.\ntides()'],
        ['tool', '06:12'],
      ]);
      const range = { tenantKey, userKey: talk.userKey, sessionKey: talk.key, firstSequence: 1, lastSequence: 2 };
      const { messages } = await store.work.read(range);
      expect(messages.map(({ role, content }) => [role, content])).toEqual([
        ['assistant', 'Let me see.\ntides()'],
        ['tool', '06:12'],
      ]);
      const fetched = await corpus.fetch(tenantKey, owner.key, found);
      expect(fetched.map(({ role, content, source }) => [role, content, source])).toEqual([
        ['assistant', 'Let me see.', '{"tool_calls":[]}'],
        ['tool', '06:12', null],
      ]);
      const unembedded = await store.vectors.messagesWithout('any', { after: null, limit: 1_000_000 });
      const texts = unembedded.filter(({ userKey }) => userKey === owner.key).map(({ content }) => content);
      expect(texts).toEqual(['Let me see.\ntides()', '06:12']);
      await store.messages.update(scope, talk.id, [{ id: call.id, role: 'assistant', content: 'At six.' }], world.at());
      expect((await documents()).map(({ content }) => content).toSorted()).toEqual(['06:12', 'At six.']);
    });

    test('long documents come in batches that are bounded in bytes, all of them, in order', async () => {
      const { world, store, scope, corpus, tenantKey, owner, talk } = await createMemory(await shared.createWorld());
      const long = 'kayak '.repeat(20_000);
      const messages = Array.from({ length: 12 }, (_, i) => world.message(`${i} ${i % 2 ? long : 'short'}`));
      await store.messages.append(scope, talk.id, messages);
      const batches: number[] = [];
      const contents: string[] = [];
      for await (const batch of corpus.documents(tenantKey, owner.key, 0)) {
        batches.push(batch.reduce((sum, { content }) => sum + content.length, 0));
        contents.push(...batch.map(({ content }) => content));
      }
      expect(contents).toEqual(messages.map(({ content }) => content));
      // One goes beyond the bound, and the next batch begins.
      expect(Math.max(...batches)).toBeLessThan(4 * long.length);
    });

    test("metadata are read of the messages that have some, and of nobody else's", async () => {
      const { world, store, scope, corpus, tenantKey, owner, talk, documents } = await createMemory(
        await shared.createWorld(),
      );
      const metadata = '{"a":[1]}';
      const [doomed, plain] = [world.message('doomed', { metadata }), world.message('plain')];
      const call = world.message('call', { source: '{"tool_calls":[]}' });
      await store.messages.append(scope, talk.id, [world.message('hello', { metadata }), plain, doomed, call]);
      const found = await documents();
      const keyOf = (text: string) => present(found.find(({ content }) => content === text)).key;
      await store.messages.delete(scope, talk.id, [doomed.id], world.at());
      const keys = [...found.map(({ key }) => key), 999_999_999];
      expect((await corpus.metadataOf(tenantKey, owner.key, keys)).toSorted((a, b) => a.key - b.key)).toEqual([
        { key: keyOf('hello'), metadata, source: null },
        { key: keyOf('call'), metadata: null, source: '{"tool_calls":[]}' },
      ]);
      expect(await corpus.metadataOf(tenantKey, owner.key, [])).toEqual([]);
      expect(await corpus.metadataOf(tenantKey, owner.key + 1, keys)).toEqual([]);
    });

    test('documents are fetched in the order asked for, whole, and what is gone is passed over', async () => {
      const { world, store, scope, corpus, tenantKey, owner, partner, talk, documents } = await createMemory(
        await shared.createWorld(),
      );
      const given = world.message('hello', { name: 'Bob', metadata: '{"a":[1]}', createdAt: 1_000 });
      const [plain, doomed] = [world.message('plain', { role: 'assistant' }), world.message('doomed')];
      await store.messages.append(scope, talk.id, [given, plain, doomed]);
      await world.know(owner, ['fact']);
      await store.messages.update(scope, talk.id, [{ id: given.id, role: 'user', content: 'changed' }], 9_000);
      const found = await documents();
      const reference = (text: string) => present(found.find(({ content }) => content === text));
      const asked = [reference('fact'), reference('doomed'), reference('plain'), reference('changed')];
      await store.messages.delete(scope, talk.id, [doomed.id], world.at());
      const [item] = await rowsIn(store.knowledge.list(scope, owner.id, WHOLE));
      const session = { id: talk.id, name: 'daily', agentId: partner.id };
      const nothing = { role: null, name: null, metadata: null, source: null, session: null, sequence: null };
      const { id, createdAt, updatedAt } = present(item);
      expect(await corpus.fetch(tenantKey, owner.key, asked)).toEqual([
        { ...nothing, kind: 'knowledge', key: reference('fact').key, id, content: 'fact', createdAt, updatedAt },
        { ...plain, kind: 'message', key: reference('plain').key, sequence: 2, session, updatedAt: expect.any(Number) },
        {
          ...given,
          content: 'changed',
          kind: 'message',
          key: reference('changed').key,
          sequence: 1,
          session,
          updatedAt: 9_000,
        },
      ] as never);
      expect(await corpus.fetch(tenantKey, owner.key, [])).toEqual([]);
      expect(await corpus.fetch(tenantKey, owner.key, [{ kind: 'message', key: 999_999_999 }])).toEqual([]);
    });
  });
