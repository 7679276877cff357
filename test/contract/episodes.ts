import { describe, expect, test } from 'bun:test';
import type { DocumentKind } from '../../src/contract/documents.ts';
import type { EpisodeRecord } from '../../src/contract/episodes.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import type { UnembeddedEpisode } from '../../src/contract/vectors.ts';
import { AGENT_MARK, USER_MARK } from '../../src/text/account-marks.ts';
import { ANN, BOB, createBackground, EVERY_SEQUENCE, NOON, spansOf } from './background.ts';
import { newEpisode, prepareEpisodes } from './episode-drafts.ts';
import { catchUp, loadIndex } from './held-index.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { endOf } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeEpisodes = (open: OpenStore): void =>
  describe('episodes', () => {
    const shared = shareStore(open);
    const create = async () => {
      const background = await createBackground(await shared.createWorld());
      const { store, scope, world, append, claim, owner, talk } = background;
      const say = async (count: number, session: SessionRecord = talk) => {
        const texts = Array.from({ length: count }, (_, i) => `message ${i}`);
        const { ids, tasks } = await append(session, texts, { kinds: ['summarise'] });
        return { ids, task: present(tasks[0]) };
      };
      const prepare = (task: OutboxTask, more: object = {}) =>
        prepareEpisodes(store, task, { owner: ANN, at: world.at(), ...more });
      const finish = async (task: OutboxTask, episodes?: ReturnType<typeof newEpisode>[]) => {
        const outcome = await prepare(await claim(task), episodes && { episodes });
        expect(await store.work.file([outcome])).toEqual(['done']);
        return outcome;
      };
      return {
        ...background,
        say,
        prepare,
        finish,
        list: () => rowsIn(store.episodes.list(scope, owner.id, {}, WHOLE)),
        ofSession: (session: SessionRecord = talk) =>
          rowsIn(store.episodes.list(scope, owner.id, { sessionId: session.id }, WHOLE)),
        /** What of the talk is left to be told, as ranges. */
        left: async () =>
          spansOf(
            (await store.outbox.outstanding(scope, talk.id, EVERY_SEQUENCE)).filter(({ kind }) => kind === 'summarise'),
          ),
      };
    };

    test('are listed as they were filed, with the messages of their range, and the last of a session is open', async () => {
      const { say, finish, list, ofSession, owner, talk } = await create();
      const { ids, task } = await say(5);
      const made = [newEpisode(1, 2), newEpisode(3, 5, { vector: null, participants: ['ann', 'bob'], keyPhrases: [] })];
      const { at } = await finish(task, made);
      const expected = made.map(({ id, title, summary, participants, keyPhrases, startedAt, endedAt }, i) => ({
        ...{ id, userId: owner.id, sessionId: talk.id, title, summary, participants, keyPhrases, startedAt, endedAt },
        messageIds: i === 0 ? ids.slice(0, 2) : ids.slice(2),
        isOpen: i === 1,
        createdAt: at,
        updatedAt: at,
      }));
      expect(await list()).toEqual(expected);
      expect(await ofSession()).toEqual(expected);
    });

    test('are shown with the present names of the user and the agent, whenever these change', async () => {
      const { store, scope, world, say, finish, list, owner, partner, outstanding, talk } = await create();
      const marked = { title: `${USER_MARK} moved`, summary: `${USER_MARK}'s move.`, participants: [USER_MARK, 'Bob'] };
      await finish((await say(1)).task, [newEpisode(1, 1, marked)]);
      await store.users.update(scope, owner.id, { name: 'Ada Byron', at: world.at() });
      expect(await list()).toMatchObject([
        { title: 'Ada Byron moved', summary: "Ada Byron's move.", participants: ['Ada Byron', 'Bob'] },
      ]);
      await store.users.update(scope, owner.id, { name: 'account-17', at: world.at() });
      expect(await list()).toMatchObject([
        { title: 'The user moved', summary: "The user's move.", participants: ['account-17', 'Bob'] },
      ]);
      await store.agents.update(scope, partner.id, { name: 'another', at: world.at() });
      expect(await outstanding(talk)).toEqual([]);
    });

    test('are listed of a user in the order of creation, of a session in that of the conversation, in pages', async () => {
      const { store, scope, world, say, finish, list, ofSession, owner, partner } = await create();
      const other = await world.session(owner, partner);
      const { ids, task } = await say(6);
      await finish(task, [newEpisode(1, 2), newEpisode(3, 4), newEpisode(5, 6)]);
      await finish((await say(1, other)).task);
      await store.messages.update(
        scope,
        present((await list())[0]).sessionId,
        [{ id: present(ids[0]), role: 'user', content: 'changed' }],
        NOON,
      );
      const [again] = await store.work.take(
        (await store.work.due(ANN, NOON, 100)).filter(({ kind }) => kind === 'summarise').map(({ key }) => key),
        ANN,
        NOON,
        NOON + 1_000,
      );
      expect(await store.work.file([await prepareEpisodes(store, present(again), { owner: ANN, at: NOON })])).toEqual([
        'done',
      ]);
      expect((await ofSession()).map(({ messageIds }) => messageIds)).toEqual([
        ids.slice(0, 2),
        ids.slice(2, 4),
        ids.slice(4),
      ]);
      const all = await list();
      expect(all.map(({ messageIds }) => messageIds[0])).toEqual([
        ids[2],
        ids[4],
        (await ofSession(other))[0]?.messageIds[0],
        ids[0],
      ]);
      for (const filter of [{}, { sessionId: other.id }, { sessionId: all[0]?.sessionId }]) {
        const whole = await rowsIn(store.episodes.list(scope, owner.id, filter, WHOLE));
        const rows = [];
        let after: string | null = null;
        do {
          const page = await store.episodes.list(scope, owner.id, filter, { after, limit: 1 });
          rows.push(...page.rows);
          after = page.next;
        } while (after !== null);
        expect(rows).toEqual(whole);
      }
    });

    test('are read by their ids, those of the user alone, in the order that is asked for', async () => {
      const { store, scope, world, say, finish, list, owner } = await create();
      await finish((await say(4)).task, [newEpisode(1, 2), newEpisode(3, 4)]);
      const [first, second] = (await list()).map(present) as [EpisodeRecord, EpisodeRecord];
      const read = (userId: string, ids: readonly string[]) => store.episodes.read(scope, userId, ids);
      expect(await read(owner.id, [second.id, 'none', first.id])).toEqual([second, first]);
      expect(await read((await world.user()).id, [first.id])).toEqual([]);
      expect(await endOf(read('nobody', [first.id]))).toBe('not_found');
    });

    test('are embedded again by another model, but for one that has changed meanwhile', async () => {
      const { store, scope, say, finish, talk, world, owner } = await create();
      const { ids, task } = await say(4);
      const marked = { title: `${USER_MARK} moved`, summary: '' };
      await finish(task, [newEpisode(1, 2, marked), newEpisode(3, 4, { vector: null })]);
      const model = `model ${mintId()}`;
      const lacking = async () =>
        (await store.vectors.episodesWithout(model, { after: null, limit: 100_000 })).filter(
          ({ userKey }) => userKey === owner.key,
        );
      const [first, second] = (await lacking()).map(present) as [UnembeddedEpisode, UnembeddedEpisode];
      expect(first.content).toBe(' moved');
      expect(second.content).toMatch(/^title .*\nsummary /);
      expect((await store.vectors.episodesWithout(model, { after: first, limit: 1 }))[0]).toEqual(second);
      const vector = { scale: 0.5, components: new Int8Array([1, 2]) };
      const foreign = { ...first, tenantKey: first.tenantKey + 1 };
      expect(await store.vectors.fileEpisodes(model, [{ episode: foreign, vector }])).toBe(0);
      await store.messages.delete(scope, talk.id, [present(ids[3])], world.at());
      const both = [first, second].map((episode) => ({ episode, vector }));
      expect(await store.vectors.fileEpisodes(model, both)).toBe(1);
      expect(await lacking()).toEqual([]);
    });

    describe('as documents of search', () => {
      const createDocuments = async () => {
        const made = await create();
        const { store, tenantKey, owner } = made;
        let held = await loadIndex(store, tenantKey, owner.key);
        return {
          ...made,
          /** What an index holds that has followed every change. */
          episodes: async () => {
            held = await catchUp(store, tenantKey, owner.key, held);
            const fresh = await loadIndex(store, tenantKey, owner.key);
            expect(held).toEqual(fresh);
            return [...held.documents.values()].filter(({ kind }) => kind === 'episode');
          },
        };
      };

      test('have a session, where they begin, and the time of their last message, and show no name of an account', async () => {
        const { store, say, finish, episodes, tenantKey, owner, talk, scope } = await createDocuments();
        const marked = { title: `${USER_MARK} moved`, summary: `${USER_MARK} moved to Graz. ${AGENT_MARK} helped.` };
        const outcome = await finish((await say(4)).task, [newEpisode(2, 4, marked)]);
        const [one, ...more] = await episodes();
        expect(more).toEqual([]);
        expect(one).toMatchObject({
          ...{ sessionKey: talk.key, sequence: 2, role: null, name: null, createdAt: outcome.episodes[0]?.endedAt },
          content: ' moved\n moved to Graz.  helped.',
        });
        await store.users.update(scope, owner.id, { name: 'Ada Byron', at: NOON });
        const reference = { kind: 'episode', key: present(one).key } as const;
        const [shown] = await store.corpus.fetch(tenantKey, owner.key, [reference]);
        expect(shown).toMatchObject({ id: outcome.episodes[0]?.id, session: { id: talk.id }, sequence: null });
        expect(shown?.content).toMatch(/^Ada Byron moved\nAda Byron moved to Graz\. .+ helped\.$/);
      });

      test('of only some kinds, no others are read', async () => {
        const { store, say, finish, tenantKey, owner } = await createDocuments();
        await finish((await say(2)).task);
        const kindsIn = async (documents: AsyncIterable<readonly { readonly kind: string }[]>) =>
          [...new Set((await Array.fromAsync(documents)).flat().map(({ kind }) => kind))].toSorted();
        const { corpus } = store;
        const changes = async (kinds?: readonly DocumentKind[]) =>
          present(await corpus.changes(tenantKey, owner.key, { after: 0, ...(kinds && { kinds }) })).documents;
        expect(await kindsIn(await changes(['episode']))).toEqual(['episode']);
        expect(await kindsIn(await changes(['message', 'knowledge']))).toEqual(['message']);
        expect(await kindsIn(await changes())).toEqual(['episode', 'message']);
        expect(await kindsIn(corpus.documents(tenantKey, owner.key, 0, undefined, ['episode']))).toEqual(['episode']);
        expect(await kindsIn(corpus.documents(tenantKey, owner.key, 0))).toEqual(['episode', 'message']);
      });

      test('are taken out when they grow, are cut, are replaced, or lose a message or their session', async () => {
        const { store, scope, say, finish, episodes, talk, world } = await createDocuments();
        const sequences = async () => (await episodes()).map(({ sequence }) => sequence).toSorted();
        await finish((await say(4)).task, [newEpisode(1, 2), newEpisode(3, 4)]);
        expect(await sequences()).toEqual([1, 3]);
        const { ids, task } = await say(2);
        await finish(task, [newEpisode(3, 5), newEpisode(6, 6)]);
        expect(await sequences()).toEqual([1, 3, 6]);
        const [last] = ids.slice(-1);
        await store.messages.update(
          scope,
          talk.id,
          [{ id: present(last), role: 'user', content: 'changed' }],
          world.at(),
        );
        expect(await sequences()).toEqual([1, 3]);
        await store.messages.delete(scope, talk.id, ids.slice(0, 1), world.at());
        expect(await sequences()).toEqual([1]);
        await store.sessions.delete(scope, talk.id);
        expect(await sequences()).toEqual([]);
      });
    });

    test('are refused for a user who is not there, and for a session of somebody else', async () => {
      const { store, scope, world, owner, talk } = await create();
      const bob = await world.user();
      expect(await endOf(store.episodes.list(scope, talk.id, {}, WHOLE))).toBe('not_found');
      expect(await endOf(store.episodes.list(scope, bob.id, { sessionId: talk.id }, WHOLE))).toBe('not_found');
      expect(await endOf(store.episodes.list({ ...scope, userKey: bob.key }, owner.id, {}, WHOLE))).toBe('not_found');
    });

    describe('the one before a range', () => {
      test('is the last that begins before it, if it ends right before it or reaches into it', async () => {
        const { store, say, finish, talk, tenantKey, owner } = await create();
        await finish((await say(6)).task, [newEpisode(1, 2), newEpisode(3, 4)]);
        const before = (firstSequence: number) =>
          store.work.episodeBefore({
            ...{ tenantKey, userKey: owner.key, sessionKey: talk.key },
            ...{ firstSequence, lastSequence: 9 },
          });
        expect(await before(1)).toBeNull();
        expect(await before(2)).toMatchObject({ firstSequence: 1, lastSequence: 2 });
        expect(await before(3)).toMatchObject({ firstSequence: 1, lastSequence: 2 });
        expect(await before(5)).toMatchObject({ firstSequence: 3, lastSequence: 4 });
        expect(await before(6)).toBeNull();
      });

      test('grows and is cut under its own id, with a higher generation, and others of the range are replaced', async () => {
        const { store, say, finish, list, tenantKey, owner } = await create();
        await finish((await say(4)).task);
        const [young] = await list();
        const generation = present(await store.corpus.generation(tenantKey, owner.key));
        const { ids, task } = await say(4);
        await finish(task, [newEpisode(1, 6), newEpisode(7, 8)]);
        const grown = await list();
        expect(grown.map(({ id, messageIds, isOpen }) => [id, messageIds.length, isOpen])).toEqual([
          [present(young).id, 6, false],
          [present(grown[1]).id, 2, true],
        ]);
        expect(grown[0]).toMatchObject({ createdAt: present(young).createdAt });
        expect(grown[0]?.updatedAt).toBeGreaterThan(young?.updatedAt as number);
        // One for the messages, and one for what was made of them.
        expect(await store.corpus.generation(tenantKey, owner.key)).toBe(generation + 2);
        expect(grown[1]?.messageIds).toEqual(ids.slice(2));
        await finish((await say(1)).task, [newEpisode(7, 9)]);
        expect((await list()).map(({ id }) => id)).toEqual(grown.map(({ id }) => id));
      });

      test('makes what was made from it stale when it has changed since, and leaves the task to be done again', async () => {
        const { store, say, finish, prepare, claim, list, left } = await create();
        await finish((await say(2)).task);
        const first = await claim((await say(2)).task);
        const early = await prepare(first);
        const second = await claim((await say(2)).task);
        const unaware = await prepare(second);
        expect(await store.work.file([early, unaware])).toEqual(['done', 'stale']);
        expect(await left()).toEqual([[5, 6]]);
        expect(await store.work.file([await prepare(second)])).toEqual(['done']);
        expect((await list()).map(({ messageIds }) => messageIds.length)).toEqual([6]);
      });

      test('stays as it is when there is nothing to go on with', async () => {
        const { store, say, finish, list, talk, scope, world } = await create();
        await finish((await say(2)).task);
        const before = await list();
        const { ids, task } = await say(1);
        await store.messages.delete(scope, talk.id, ids, world.at());
        await finish(task, []);
        expect(await list()).toEqual(before);
      });
    });

    describe('of messages that change', () => {
      for (const verb of ['update', 'delete'] as const) {
        const does = verb === 'update' ? 'an edit' : 'a deletion';
        const change = (
          { store, scope, talk, world }: Awaited<ReturnType<typeof create>>,
          ids: readonly string[],
        ): Promise<void> =>
          verb === 'delete'
            ? store.messages.delete(scope, talk.id, ids, world.at())
            : store.messages.update(
                scope,
                talk.id,
                ids.map((id) => ({ id, role: 'user', content: 'changed' }) as const),
                world.at(),
              );

        test(`are gone at once, the others stay, and their range is to be done again: ${does}`, async () => {
          const world = await create();
          const { say, finish, list, left } = world;
          const { ids, task } = await say(6);
          await finish(task, [newEpisode(1, 2), newEpisode(3, 4), newEpisode(5, 6)]);
          const [first, , last] = await list();
          await change(world, ids.slice(2, 4));
          expect((await list()).map(({ id }) => id)).toEqual([first?.id as string, last?.id as string]);
          expect(await left()).toEqual([[3, 4]]);
        });

        test(`are not filed by who read what was there before: ${does}`, async () => {
          const world = await create();
          const { store, say, finish, prepare, claim, list, left } = world;
          const told = await say(2);
          await finish(told.task);
          const task = await claim((await say(2)).task);
          const early = await prepare(task);
          await change(world, told.ids.slice(0, 1));
          expect(await store.work.file([early])).toEqual(['stale']);
          expect(await list()).toEqual([]);
          expect(await left()).toEqual([
            [1, 2],
            [3, 4],
          ]);
          // What comes first is done first, whoever asks.
          await store.work.release([task.key], ANN, NOON);
          const due = await store.work.due(BOB, NOON, 100);
          expect(
            spansOf(due.filter(({ kind, sessionKey }) => kind === 'summarise' && sessionKey === task.sessionKey)),
          ).toEqual([[1, 2]]);
        });
      }

      test('of which nothing was made are left alone', async () => {
        const { store, scope, world, talk, left } = await create();
        const { ids } = await store.messages.append(scope, talk.id, [world.message('a')]);
        await store.messages.update(scope, talk.id, [{ id: present(ids[0]), role: 'user', content: 'b' }], world.at());
        expect(await left()).toEqual([]);
      });
    });

    test('are made once, however often their outcome is filed, and by one of two who hold their task in turns', async () => {
      const { store, say, prepare, claim, list, talk } = await create();
      const task = await claim((await say(3)).task, ANN, NOON);
      const first = await prepare(task);
      const [taken] = await store.work.take([task.key], BOB, NOON + 1, NOON + 1_000);
      const second = await prepare(present(taken), { owner: BOB });
      expect(await store.work.file([first, second, second])).toEqual(['lost', 'done', 'lost']);
      expect(await list()).toMatchObject([{ sessionId: talk.id, title: second.episodes[0]?.title as string }]);
    });
  });
