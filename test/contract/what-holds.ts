import { describe, expect, test } from 'bun:test';
import type { CorpusReference } from '../../src/contract/corpus.ts';
import { createLearner } from './facts.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

/** What a message says that holds no more, and what holds in its place. */
export const describeWhatHolds = (open: OpenStore): void =>
  describe('what holds in place of what a message says', () => {
    const shared = shareStore(open);
    const create = async () => {
      const learner = await createLearner(await shared.createWorld());
      const { store, scope, tenantKey, owner, talk, learn, documents } = learner;
      const messages = async (): Promise<(CorpusReference & { readonly content: string })[]> =>
        (await documents()).filter(({ kind }) => kind === 'message');
      return {
        ...learner,
        /** A statement that takes the place of an older one. */
        supersede: (olderId: string, city: string): Promise<string> => {
          const newerId = mintId();
          const learned = { id: newerId, text: `Ada lives in ${city}.`, object: city };
          return learn(talk, learned, [{ olderId, newerId, reason: 'another home' }]);
        },
        messages,
        /** The keys of messages that the store marks, and what it says of them. */
        asked: async () => {
          const all = await messages();
          const entries = await store.corpus.fetch(tenantKey, owner.key, all);
          const keys = all.map(({ key }) => key);
          return {
            marked: entries.flatMap(({ key, isOutdated }) => (isOutdated ? [key] : [])).toSorted((a, b) => a - b),
            replaced: await store.corpus.replaced(tenantKey, owner.key, keys),
          };
        },
        forget: (id: string) => store.facts.delete(scope, [id], 99),
      };
    };

    test('is nothing while all holds that was said', async () => {
      const { talk, learn, asked } = await create();
      await learn(talk, {});
      expect(await asked()).toEqual({ marked: [], replaced: [] });
    });

    test('is the last of those that took its place one after the other, with the messages that say it', async () => {
      const { talk, learn, supersede, messages, asked, fact } = await create();
      const graz = await learn(talk, {});
      const linz = await supersede(graz, 'Linz');
      const wels = await supersede(linz, 'Wels');
      const [first, second, third] = (await messages()).map(({ key }) => key).toSorted((a, b) => a - b);
      const { marked, replaced } = await asked();
      expect(marked).toEqual([present(first), present(second)]);
      const holds = { factKey: (await fact(wels)).key, subject: 'Ada', messageKeys: [present(third)] };
      expect(replaced.toSorted((a, b) => a.messageKey - b.messageKey)).toEqual([
        { ...holds, messageKey: present(first), text: 'Ada lives in Graz.', since: expect.any(Number) },
        { ...holds, messageKey: present(second), text: 'Ada lives in Linz.', since: expect.any(Number) },
      ]);
    });

    test('is what a person made of it, which no message says', async () => {
      const { store, scope, talk, learn, messages, asked } = await create();
      const id = await learn(talk, {});
      const { key } = present(await store.facts.update(scope, id, { text: 'Ada lives in Wels.', object: 'Wels' }, 77));
      const [message] = await messages();
      expect(await asked()).toEqual({
        marked: [present(message).key],
        replaced: [
          {
            ...{ messageKey: present(message).key, factKey: key, messageKeys: [] },
            ...{ text: 'Ada lives in Wels.', subject: 'Ada', since: 77 },
          },
        ],
      });
    });

    test('is nothing any more when what took its place is forgotten', async () => {
      const { talk, learn, supersede, asked, forget } = await create();
      const graz = await learn(talk, {});
      await forget(await supersede(graz, 'Linz'));
      expect(await asked()).toEqual({ marked: [], replaced: [] });
    });
  });
