import { describe, expect, test } from 'bun:test';
import type { SessionRecord } from '../../src/contract/records.ts';
import { ANN, END_OF_TIME, FAILURE } from './background.ts';
import { newEpisode, prepareEpisodes } from './episode-drafts.ts';
import { createLearner } from './facts.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeReports = (open: OpenStore): void =>
  describe('the report on a range, which webhooks tell', () => {
    const shared = shareStore(open);
    const create = async () => {
      const learner = await createLearner(await shared.createWorld());
      const { store, scope, world, talk } = learner;
      /** A round with the tasks of some kinds over it, by kind. */
      const say = async (texts: readonly string[], kinds: readonly string[], session: SessionRecord = talk) => {
        const messages = texts.map((text) => world.message(text));
        const work = world.work({ kinds: [...kinds, 'notify'] as never });
        const { ids, tasks } = await store.messages.append(scope, session.id, messages, undefined, work);
        return { ids, ...Object.fromEntries(tasks.map((task) => [task.kind, task])) } as never as {
          readonly ids: readonly string[];
        } & Record<'index' | 'summarise' | 'extract' | 'notify', (typeof tasks)[number]>;
      };
      return { ...learner, say };
    };

    test('has the ids of the messages, whose they are, and what work on them is not done', async () => {
      const { store, world, say, owner, talk, claim } = await create();
      const first = await say(['one', 'two'], ['index', 'extract']);
      await claim(first.extract);
      await store.work.fail(first.extract.key, ANN, FAILURE);
      const report = present(await store.work.reportOn(first.notify));
      expect(report).toEqual({
        userId: owner.id,
        sessionId: talk.id,
        createdAt: expect.any(Number),
        messages: first.ids.map((id, i) => ({ id, sequence: i + 1 })),
        others: [
          { id: first.index.id, kind: 'index', state: 'waiting', attempts: 0, reason: null },
          {
            id: first.extract.id,
            kind: 'extract',
            state: 'failed',
            attempts: FAILURE.attempts,
            reason: FAILURE.reason,
          },
        ].map((task) => ({ ...task, firstSequence: 1, lastSequence: 2 })) as never,
        closedEpisodes: [],
        addedFacts: [],
        supersededFacts: [],
      });
      expect(report.createdAt).toBeLessThanOrEqual(world.at());
    });

    test('is null when the task is gone, or is of another tenant, and empty when its messages are', async () => {
      const { store, scope, say, talk } = await create();
      const { ids, notify } = await say(['one'], []);
      expect(await store.work.reportOn({ ...notify, tenantKey: notify.tenantKey + 1_000 })).toBeNull();
      await store.messages.delete(scope, talk.id, [...ids], 1);
      expect(await store.work.reportOn(notify)).toMatchObject({ messages: [], addedFacts: [], closedEpisodes: [] });
      await store.sessions.delete(scope, talk.id);
      expect(await store.work.reportOn(notify)).toBeNull();
    });

    test('tells a fact with the first range that says it, and what it took the place of', async () => {
      const { store, say, claim, finish } = await create();
      const first = await say(['I live in Graz'], ['extract']);
      const [older] = await finish(await claim(first.extract), [{}]);
      expect(await store.work.reportOn(first.notify)).toMatchObject({ addedFacts: [older], supersededFacts: [] });
      await store.work.take([first.notify.key], ANN, END_OF_TIME, END_OF_TIME);
      const again = await say(['I live in Graz'], ['extract']);
      await finish(await claim(again.extract), [{ id: present(older) }]);
      expect(await store.work.reportOn(again.notify)).toMatchObject({ addedFacts: [], supersededFacts: [] });
      await store.work.take([again.notify.key], ANN, END_OF_TIME, END_OF_TIME);
      const later = await say(['I live in Linz'], ['extract']);
      const newer = mintId();
      const supersession = { olderId: present(older), newerId: newer, reason: 'another home' };
      await finish(await claim(later.extract), [{ id: newer, object: 'Linz' }], [supersession]);
      const pair = { id: present(older), by: newer };
      expect(await store.work.reportOn(later.notify)).toMatchObject({ addedFacts: [newer], supersededFacts: [pair] });
    });

    test('tells the episodes that the range closed, and none that may still grow', async () => {
      const { store, world, say } = await create();
      const file = async (
        task: Parameters<typeof prepareEpisodes>[1],
        spans: readonly (readonly [number, number])[],
      ) => {
        const [held] = await store.work.take([task.key], ANN, END_OF_TIME, END_OF_TIME);
        const episodes = spans.map(([from, to]) => newEpisode(from, to));
        const outcome = await prepareEpisodes(store, present(held), { owner: ANN, at: world.at(), episodes });
        expect(await store.work.file([outcome])).toEqual(['done']);
        return episodes.map(({ id }) => id);
      };
      const first = await say(['1', '2', '3', '4'], ['summarise']);
      const [one, open] = await file(first.summarise, [
        [1, 2],
        [3, 4],
      ]);
      expect(await store.work.reportOn(first.notify)).toMatchObject({ closedEpisodes: [one] });
      await store.work.take([first.notify.key], ANN, END_OF_TIME, END_OF_TIME);
      const second = await say(['5', '6'], ['summarise']);
      const [, , last] = await file(second.summarise, [
        [3, 3],
        [4, 5],
        [6, 6],
      ]);
      const { closedEpisodes } = present(await store.work.reportOn(second.notify));
      // What began where one began before kept its id; it was cut, so it is closed by these messages.
      expect(closedEpisodes).toHaveLength(2);
      expect(closedEpisodes).toContain(present(open));
      expect(closedEpisodes).not.toContain(present(last));
      expect(closedEpisodes).not.toContain(present(one));
    });

    test('is for tasks that are found apart from the others', async () => {
      const { store, say, tenantKey } = await create();
      const { index, notify } = await say(['one'], ['index']);
      const due = async (areNotices?: boolean) =>
        (await store.work.due(ANN, END_OF_TIME, 1_000_000, areNotices))
          .filter((task) => task.tenantKey === tenantKey)
          .map(({ key }) => key);
      expect(await due()).toEqual([index.key]);
      expect(await due(true)).toEqual([notify.key]);
    });
  });
