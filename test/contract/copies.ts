import { describe, expect, test } from 'bun:test';
import type { Copy, PendingCopy } from '../../src/contract/copies.ts';
import type { PageOf } from '../../src/contract/pages.ts';
import { ALL, ANN, END_OF_TIME } from './background.ts';
import { newEpisode } from './episode-drafts.ts';
import { createLearner } from './facts.ts';
import { rowsIn, tasksOf, WHOLE } from './lists.ts';
import { endOf } from './refusal.ts';
import { documentsAfter } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeCopies = (open: OpenStore): void =>
  describe('copies of what was made of messages', () => {
    const shared = shareStore(open);

    /** Ada with facts of every state, names, an episode, and a statement that she has deleted. */
    const create = async () => {
      const learner = await createLearner(await shared.createWorld());
      const { store, world, scope, owner, talk, learn, say, finish, claim, facts } = learner;
      const home = { entities: [{ name: 'Graz', kind: 'place' }], validFromMs: 10 };
      const older = await learn(talk, { ...home, confidence: 1 / 3 });
      await learn(talk, { id: older, text: 'Ada is living in GRAZ.', entities: [{ name: 'GRAZ', kind: 'place' }] });
      const newer = mintId();
      const moved = { olderId: older, newerId: newer, reason: 'another home' };
      await learn(talk, { id: newer, text: 'Ada lives in Linz.', object: 'Linz' }, [moved]);
      const edited = await learn(talk, { text: 'Ada likes tea.', predicate: 'like', object: 'tea', terms: ['tea'] });
      await store.facts.update(scope, edited, { text: 'Ada likes green tea.', terms: ['green'] }, world.at());
      const retracted = await learn(talk, { text: 'Ada sails.', predicate: 'sail', object: '', terms: ['sail'] });
      await store.facts.update(scope, retracted, { state: 'retracted' }, world.at());
      const forgotten = { text: 'Ada is 31.', predicate: 'age', object: '31', terms: ['=age ada', '31'] };
      const task = await say(talk, ['I am 31']);
      await store.facts.delete(scope, await finish(task, [forgotten]), world.at());
      const messages = await rowsIn(store.messages.locations(scope, talk.id, WHOLE));
      const work = world.work({ kinds: ['summarise'] });
      const { tasks } = await store.messages.append(scope, talk.id, [world.message('bye')], undefined, work);
      const range = await claim(present(tasks[0]));
      const { version } = await store.work.read(range);
      const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = range;
      const header = { taskKey, owner: ANN, tenantKey, userKey, sessionKey, firstSequence, lastSequence, version };
      const vector = { scale: 0.25, components: new Int8Array([7, -7]), model: 'model' };
      const episodes = [{ ...newEpisode(firstSequence, lastSequence), vector }];
      await store.work.file([{ ...header, kind: 'summarise', before: null, episodes, at: world.at() }]);
      const read = async (): Promise<Copy[]> => [
        ...(await rowsIn(store.copies.facts(scope, owner.id, WHOLE))),
        ...(await rowsIn(store.copies.episodes(scope, owner.id, WHOLE))),
        ...(await rowsIn(store.copies.forgotten(scope, talk.id, WHOLE))),
      ];
      const shown = async () => {
        const all = await facts();
        return {
          facts: all.map(({ key: _key, ...fact }) => fact),
          histories: await Promise.all(all.map(({ id }) => store.facts.history(scope, id))),
          episodes: await rowsIn(store.episodes.list(scope, owner.id, {}, WHOLE)),
          entities: (await learner.entities()).map(({ key: _key, ...entity }) => entity),
          copies: await read(),
        };
      };
      /** Deletes Ada, and has her back with the messages alone. */
      const restart = async (): Promise<void> => {
        const { rows: said } = await store.messages.list(scope, talk.id, { sortBy: 'timestamp', order: 'asc' }, WHOLE);
        await store.users.delete(scope, owner.id);
        while ((await store.pendingDeletions()) > 0) await Bun.sleep(5);
        await store.users.create(scope, { ...owner, at: world.at() });
        await store.sessions.create(scope, { ...talk, at: world.at() });
        await store.messages.append(
          scope,
          talk.id,
          said.map(({ id, role, content, name, metadata, source, createdAt }) => ({
            ...{ id, role, content, name, metadata, source, createdAt },
          })),
        );
      };
      const entities = async (): Promise<Copy[]> =>
        (await learner.entities()).map(({ id, name, kind }) => ({ kind: 'entity', id, name, entityKind: kind }));
      const links = (copies: readonly Copy[]): Copy[] =>
        copies.flatMap((copy) =>
          copy.kind === 'fact' && copy.supersededBy !== null
            ? [{ kind: 'supersession', olderId: copy.id, newerId: copy.supersededBy, updatedAt: copy.updatedAt }]
            : [],
        );
      const add = (copies: readonly Copy[]) => store.copies.add(scope, owner.id, copies, world.at());
      return { ...learner, older, newer, edited, retracted, messages, read, shown, restart, entities, links, add };
    };

    test('show in another memory with the same messages all that they showed in the first', async () => {
      const { shown, restart, entities, links, add } = await create();
      const before = await shown();
      expect(before.facts.map(({ state }) => state)).toEqual(['superseded', 'active', 'active', 'retracted']);
      expect(before.copies.map(({ kind }) => kind)).toEqual(['fact', 'fact', 'fact', 'fact', 'episode', 'forgotten']);
      const copies = [...(await entities()), ...before.copies, ...links(before.copies)];
      await restart();
      expect(await add(copies)).toEqual(copies.map(() => true));
      expect(await shown()).toEqual(before);
      expect(await add(copies)).toEqual(copies.map(() => false));
      expect(await shown()).toEqual(before);
    });

    test('can be taken back, changed and deleted as the first could', async () => {
      const { store, scope, owner, older, newer, edited, read, restart, links, add, fact, facts, tenantKey, talk } =
        await create();
      const copies = await read();
      await restart();
      await add([...copies, ...links(copies)]);
      const { key } = present(await store.users.get(scope, owner.id));
      const documents = await documentsAfter(store, tenantKey, key, 0);
      expect(documents.flatMap(({ kind, content }) => (kind === 'fact' ? [content] : []))).toEqual([
        'Ada lives in Graz.',
        'Ada lives in Linz.',
        'Ada likes green tea.',
      ]);
      expect((await store.facts.find(scope, owner.id, ['green'], 5)).map(({ id }) => id)).toEqual([edited]);
      expect(await store.facts.undo(scope, edited, 7)).toMatchObject({ text: 'Ada likes tea.' });
      expect(await store.facts.undo(scope, older, 8)).toMatchObject({ state: 'active', supersededBy: null });
      await store.messages.delete(scope, talk.id, [present((await fact(newer)).messageIds[0])], 9);
      expect((await facts()).map(({ id }) => id)).not.toContain(newer);
    });

    test('that a person has forgotten are not made again from the same words, and are not copied back', async () => {
      const { store, scope, world, owner, read, restart, add, claim, prepare, file, facts } = await create();
      const copies = await read();
      await restart();
      await add(copies);
      const before = await facts();
      await store.users.update(scope, owner.id, { name: `ada ${mintId()}`, at: world.at() });
      const due = (await store.work.due(ANN, END_OF_TIME, ALL)).filter(({ kind, tenantKey }) => {
        return kind === 'extract' && tenantKey === world.tenantKey;
      });
      const task = await claim(present(due[0]));
      const outcome = await prepare(task, []);
      const { messages } = await store.work.read(task);
      const saying = present(messages.find(({ content }) => content === 'I am 31'));
      const draft = {
        ...{ text: 'She is 31.', subject: 'Ada', predicate: 'age', object: '31', category: 'identity' as const },
        ...{ confidence: 0.9, validFromMs: null, validToMs: null, entities: [], messageKeys: [saying.key] },
      };
      const mentions = [{ factId: mintId(), draft, terms: ['=age ada', '31'], saidAt: saying.createdAt }];
      expect(await file({ ...outcome, mentions })).toBe('done');
      expect((await facts()).map(({ text }) => text)).not.toContain('She is 31.');
      // Deleted here, they stay so.
      const [edited] = before.filter(({ text }) => text === 'Ada likes green tea.');
      await store.facts.delete(scope, [present(edited).id], world.at());
      await add(copies);
      expect((await facts()).map(({ id }) => id)).not.toContain(present(edited).id);
    });

    test('of messages that are not there add nothing, nor do those of somebody who is not there', async () => {
      const { store, scope, world, read, restart, add, talk, facts } = await create();
      const copies = await read();
      await restart();
      const messages = await rowsIn(store.messages.locations(scope, talk.id, WHOLE));
      await store.messages.delete(
        scope,
        talk.id,
        messages.map(({ id }) => id),
        world.at(),
      );
      const added = await add([...copies, { kind: 'edit', messageId: mintId(), at: 5 }]);
      expect(added).toEqual(added.map(() => false));
      expect(await facts()).toEqual([]);
      expect(await endOf(store.copies.add(scope, mintId(), copies, 1))).toBe('not_found');
      expect(await endOf(store.copies.facts(scope, mintId(), WHOLE))).toBe('not_found');
      expect(await endOf(store.copies.pending(scope, mintId(), WHOLE))).toBe('not_found');
    });

    test('of a fact that is said in very many words have no more terms than an import takes', async () => {
      const { learn, talk, read, restart, add, store, scope, owner } = await create();
      const many = (from: number) => Array.from({ length: 900 }, (_, i) => `term ${from + i}`);
      const id = await learn(talk, { terms: many(0) });
      await learn(talk, { id, terms: many(900) });
      const copies = await read();
      const copy = copies.flatMap((one) => (one.kind === 'fact' && one.id === id ? [one] : []))[0];
      expect(copy?.terms).toEqual([]);
      expect(copy?.mentions.map(({ terms }) => terms.length)).toEqual([900, 900]);
      await restart();
      await add(copies);
      for (const term of ['term 3', 'term 1703']) {
        expect((await store.facts.find(scope, owner.id, [term], 5)).map((fact) => fact.id)).toEqual([id]);
      }
    });

    test('tell the work that is not done, which is then work of the other memory', async () => {
      const { store, scope, world, talk, restart, add } = await create();
      const work = world.work({ kinds: ['index', 'extract'] });
      const said = [world.message('one'), world.message('two')];
      await store.messages.append(scope, talk.id, said, undefined, work);
      const pending: Copy[] = [];
      for (let after: string | null = null, pages = 0; pages === 0 || after !== null; pages += 1) {
        const page: PageOf<PendingCopy> = await store.copies.pending(scope, talk.id, { after, limit: 1 });
        pending.push(...page.rows);
        after = page.next;
      }
      expect(pending).toEqual([
        { kind: 'pending', work: 'extract', firstMessageId: said[0]?.id ?? '', lastMessageId: said[1]?.id ?? '' },
      ]);
      await restart();
      expect(await tasksOf(store, scope, { kind: 'extract' })).toEqual([]);
      expect(await add(pending)).toEqual([true]);
      expect(await add(pending)).toEqual([false]);
      expect(await tasksOf(store, scope, { kind: 'extract' })).toHaveLength(1);
      expect((await store.copies.pending(scope, talk.id, WHOLE)).rows as Copy[]).toEqual(pending);
    });

    test('date messages that nobody has changed since', async () => {
      const { store, scope, world, talk, messages, add } = await create();
      const id = present(messages[0]).id;
      const dated = async () => (await store.messages.read(scope, talk.id, [id]))[0]?.updatedAt;
      expect(await add([{ kind: 'edit', messageId: id, at: 5_000 }])).toEqual([true]);
      expect(await dated()).toBe(5_000);
      const at = world.at();
      await store.messages.update(scope, talk.id, [{ id, role: 'user', content: 'new' }], at);
      expect(await add([{ kind: 'edit', messageId: id, at: 6_000 }])).toEqual([false]);
      expect(await dated()).toBe(at);
    });
  });
