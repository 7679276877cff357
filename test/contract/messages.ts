import { describe, expect, test } from 'bun:test';
import { ROLES } from '../../src/contract/records.ts';
import { messagesOf } from './lists.ts';
import { endOf, refusals } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const OLDEST_FIRST = { limit: 1_000, sortBy: 'timestamp', order: 'asc' } as const;

export const describeMessages = (open: OpenStore): void =>
  describe('messages', () => {
    const shared = shareStore(open);
    const createTalk = async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const [user, agent] = [await world.user(), await world.agent()];
      const session = await world.session(user, agent);
      const ids = async () => (await messagesOf(store, scope, session.id, OLDEST_FIRST)).map(({ id }) => id);
      return { ...world, world, owner: user, partner: agent, talk: session, ids };
    };

    test('messages are read back as they were given, to the last character', async () => {
      const { world, store, scope, talk } = await createTalk();
      const given = [
        ...ROLES.map((role) => world.message(`as ${role}`, { role })),
        world.message(' \t\r\n "quoted" \\ \u200b 😀 नमस्ते العربية \u{10ffff} '),
        world.message('', { name: '' }),
        world.message('named', { name: 'Ada 🧮' }),
        world.message('with metadata', {
          metadata:
            '{"text":"ü","whole":725653563933458433,"part":0.1,"minus":-0,"yes":true,"none":null,"list":[1,[2]],"deep":{"er":{}}}',
        }),
        world.message('empty metadata', { metadata: '{}' }),
        world.message('with a source', { metadata: '{"a":1}', source: '{"tool_calls":[{"id":725653563933458433}]}' }),
        world.message('long '.repeat(20_000)),
        world.message('before 1970', { createdAt: -1 }),
        world.message('far ahead', { createdAt: 8_640_000_000_000_000 }),
      ];
      const ids = given.map(({ id }) => id);
      const { round, ...created } = await store.messages.append(scope, talk.id, given);
      expect(created).toEqual({ ids, replayed: false, tasks: [], userKey: talk.userKey });
      expect(round).toMatchObject({ firstSequence: 1, lastSequence: given.length });
      const expected = given.map((message) => ({ ...message, sessionId: talk.id, updatedAt: expect.any(Number) }));
      expect(await store.messages.read(scope, talk.id, ids)).toEqual(expected);
      const listed = await messagesOf(store, scope, talk.id, { ...OLDEST_FIRST, sortBy: 'id' });
      expect(listed).toEqual(expected);
    });

    test('a session without messages lists none', async () => {
      const { store, scope, talk } = await createTalk();
      expect(await messagesOf(store, scope, talk.id, OLDEST_FIRST)).toEqual([]);
    });

    test('every verb on an unknown session is not_found of the session', async () => {
      const { world, store, scope } = await createTalk();
      for (const sessionId of [mintId(), 'no-such-session']) {
        for (const error of await refusals([
          store.messages.append(scope, sessionId, [world.message('lost')]),
          store.messages.append(scope, sessionId, []),
          messagesOf(store, scope, sessionId, OLDEST_FIRST),
          store.messages.read(scope, sessionId, [mintId()]),
          store.messages.read(scope, sessionId, []),
          store.messages.update(scope, sessionId, [{ id: mintId(), role: 'user', content: 'x' }], 1_000),
          store.messages.update(scope, sessionId, [], 1_000),
          store.messages.delete(scope, sessionId, [mintId()], 1_000),
          store.messages.delete(scope, sessionId, [], 1_000),
        ])) {
          expect(error.code).toBe('not_found');
          expect(error.details).toMatchObject({ entity: 'session', value: sessionId });
        }
      }
    });

    test('empty batches are accepted and change nothing', async () => {
      const { world, store, scope, tenantKey, talk } = await createTalk();
      await world.say(talk, ['there']);
      const before = await snapshotOf(store, tenantKey);
      const nothing = { ids: [], replayed: false, round: null, tasks: [], userKey: talk.userKey };
      expect(await store.messages.append(scope, talk.id, [])).toEqual(nothing);
      expect(await store.messages.read(scope, talk.id, [])).toEqual([]);
      await store.messages.update(scope, talk.id, [], world.at());
      await store.messages.delete(scope, talk.id, [], world.at());
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('an append with an id that exists keeps none of its messages and moves nothing', async () => {
      const { world, store, scope, tenantKey, talk } = await createTalk();
      const [taken] = await world.say(talk, ['first', 'second']);
      const before = await snapshotOf(store, tenantKey);
      const batch = [world.message('new'), world.message('double', { id: present(taken) }), world.message('newer')];
      expect(await endOf(store.messages.append(scope, talk.id, batch))).not.toBe('accepted');
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('a read answers in the order asked for', async () => {
      const { world, store, scope, talk } = await createTalk();
      const [a, b, c] = (await world.say(talk, ['a', 'b', 'c'])).map(present);
      const asked = [c, a, b].map(present);
      expect((await store.messages.read(scope, talk.id, asked)).map(({ id }) => id)).toEqual(asked);
    });

    test('a read, an update or a delete with missing ids names them all and does nothing', async () => {
      const { world, store, scope, tenantKey, talk } = await createTalk();
      const [a, b] = (await world.say(talk, ['a', 'b'])).map(present) as [string, string];
      const before = await snapshotOf(store, tenantKey);
      const [gone, unknown] = [mintId(), 'no-such-message'];
      const asked = [a, unknown, b, gone];
      const changes = asked.map((id) => ({ id, role: 'system', content: 'changed' }) as const);
      for (const error of await refusals([
        store.messages.read(scope, talk.id, asked),
        store.messages.update(scope, talk.id, changes, world.at()),
        store.messages.delete(scope, talk.id, asked, world.at()),
      ])) {
        expect(error.code).toBe('not_found');
        expect(error.details.entity).toBe('message');
        expect(error.details.ids).toEqual([unknown, gone]);
      }
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('an id of another session counts as missing', async () => {
      const { world, store, scope, tenantKey, owner, partner, talk } = await createTalk();
      const other = await world.session(owner, partner);
      const [mine] = (await world.say(talk, ['mine'])).map(present) as [string];
      const [theirs] = (await world.say(other, ['theirs'])).map(present) as [string];
      const before = await snapshotOf(store, tenantKey);
      const changes = [mine, theirs].map((id) => ({ id, role: 'user', content: 'changed' }) as const);
      for (const error of await refusals([
        store.messages.read(scope, talk.id, [mine, theirs]),
        store.messages.update(scope, talk.id, changes, world.at()),
        store.messages.delete(scope, talk.id, [mine, theirs], world.at()),
      ])) {
        expect(error.code).toBe('not_found');
        expect(error.details.ids).toEqual([theirs]);
      }
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('an update changes role and text, keeps what is absent, clears what is null, and leaves the place', async () => {
      const { world, store, scope, talk, ids } = await createTalk();
      const first = world.message('first', { name: 'Ada', metadata: '{"a":1}', createdAt: 1_000 });
      const second = world.message('second', { createdAt: 1_000 });
      await store.messages.append(scope, talk.id, [first, second]);
      const untouched = await store.messages.read(scope, talk.id, [second.id]);
      const update = async (change: object) => {
        const whole = { id: first.id, role: 'user', content: 'first', ...change } as const;
        await store.messages.update(scope, talk.id, [whole], 5_000);
        return present((await store.messages.read(scope, talk.id, [first.id]))[0]);
      };

      expect(await update({ role: 'assistant', content: 'changed' })).toEqual({
        ...first,
        sessionId: talk.id,
        role: 'assistant',
        content: 'changed',
        updatedAt: 5_000,
      });
      expect(await update({ name: undefined, metadata: undefined })).toMatchObject({
        name: 'Ada',
        metadata: '{"a":1}',
      });
      expect(await update({ name: 'Bob' })).toMatchObject({ name: 'Bob', metadata: '{"a":1}' });
      expect(await update({ metadata: '{"b":[2]}' })).toMatchObject({ name: 'Bob', metadata: '{"b":[2]}' });
      expect(await update({ name: null })).toMatchObject({ name: null, metadata: '{"b":[2]}' });
      expect(await update({ metadata: null })).toMatchObject({ name: null, metadata: null, createdAt: 1_000 });
      expect(await ids()).toEqual([first.id, second.id]);
      expect(await store.messages.read(scope, talk.id, [second.id])).toEqual(untouched);
    });

    test('an update replaces what a message came with beside its text, or takes it away', async () => {
      const { world, store, scope, talk } = await createTalk();
      const first = world.message('first', { source: '{"parts":[1]}' });
      await store.messages.append(scope, talk.id, [first]);
      const update = async (change: object) => {
        const whole = { id: first.id, role: 'tool', content: 'first', ...change } as const;
        await store.messages.update(scope, talk.id, [whole], world.at());
        return present((await store.messages.read(scope, talk.id, [first.id]))[0]).source;
      };
      expect(await update({ source: '{"parts":[2]}', foundBy: 'two' })).toBe('{"parts":[2]}');
      expect(await update({})).toBeNull();
      expect(await update({ source: '{}', metadata: '{"a":1}' })).toBe('{}');
      expect(await update({ metadata: '{"source":"web"}' })).toBeNull();
    });

    test('an update that would hide a key of the metadata that are kept is refused, and nothing is changed', async () => {
      const { world, store, scope, talk, tenantKey } = await createTalk();
      const [plain, taken] = [world.message('plain'), world.message('taken', { metadata: '{"source":"web"}' })];
      await store.messages.append(scope, talk.id, [plain, taken]);
      const before = await snapshotOf(store, tenantKey);
      const changes = [plain, taken].map(({ id }) => ({ id, role: 'user', content: 'new', source: '{}' }) as const);
      const [error] = await refusals([store.messages.update(scope, talk.id, changes, world.at())]);
      expect(error?.code).toBe('invalid');
      expect(error?.message).toContain(taken.id);
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
      await store.messages.update(
        scope,
        talk.id,
        changes.map((change) => ({ ...change, metadata: '{"from":"web"}' })),
        world.at(),
      );
    });

    test('an update of many changes each to its own text', async () => {
      const { world, store, scope, talk } = await createTalk();
      const ids = await world.say(talk, ['a', 'b', 'c', 'd']);
      const changes = ids.map((id, i) => ({ id, role: 'user', content: `changed ${i}` }) as const);
      await store.messages.update(scope, talk.id, [...changes].reverse(), world.at());
      const texts = (await store.messages.read(scope, talk.id, ids)).map(({ content }) => content);
      expect(texts).toEqual(['changed 0', 'changed 1', 'changed 2', 'changed 3']);
    });

    test('deleted messages are gone, the others stay in their order, and later ones follow', async () => {
      const { world, store, scope, talk, ids } = await createTalk();
      const [a, b, c, d] = (await world.say(talk, ['a', 'b', 'c', 'd'])).map(present) as [
        string,
        string,
        string,
        string,
      ];
      await store.messages.delete(scope, talk.id, [d, b], world.at());
      expect(await ids()).toEqual([a, c]);
      expect(await endOf(store.messages.read(scope, talk.id, [b]))).toBe('not_found');
      expect(await endOf(store.messages.delete(scope, talk.id, [d], world.at()))).toBe('not_found');
      const [e] = await world.say(talk, ['e']);
      expect(await ids()).toEqual([a, c, present(e)]);
    });
  });
