import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import { WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { openSearchService, type SearchService } from '../../src/services/search-service.ts';
import { rowsIn, WHOLE } from '../contract/lists.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { type ChangingMemory, memoryInStore } from '../support/retrieval/changing-memory.ts';
import { searchRequest } from '../support/search-request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LARGE = 20;
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let service: SearchService;
const log = recordedLog();

const file = (): string => `${folder.path}/memfuse.db`;
const data = () => ({
  databaseUrl: `sqlite:${file()}`,
  indexMaxBytes: 2 ** 24,
  weights: WEIGHTS,
  modelWeights: WEIGHTS,
});

beforeAll(async () => {
  folder = temporaryFolder();
  store = await openSqliteStore({ file: file(), writer: 'here' });
  service = openSearchService(data(), store.corpus, log, { largeDocuments: LARGE });
});
afterAll(async () => {
  await service.close();
  await store.close();
  folder.remove();
});

const say = (memory: ChangingMemory, ...contents: readonly string[]) =>
  memory.say(contents.map((content) => ({ session: 1, content, role: 'user', name: null })));
const small = (memory: ChangingMemory, count: number) =>
  say(memory, ...Array.from({ length: count }, (_, i) => `Turn ${i} is about the weather.`));
const ask = async ({ owner }: ChangingMemory, question: string, searching = service): Promise<string[]> =>
  (await searching.search(searchRequest(owner, question, { topK: 1 }))).found.map(({ content }) => content);

test('a memory is found whether it is small, large, or grows from one to the other between questions', async () => {
  const [ada, bob] = [await memoryInStore(store), await memoryInStore(store)];
  await small(ada, 5);
  await small(bob, 2 * LARGE);
  await say(ada, 'The kayak is red.');
  await say(bob, 'The kayak is blue.');
  const colours = () => Promise.all([ask(ada, 'What colour is the kayak?'), ask(bob, 'What colour is the kayak?')]);
  expect(await colours()).toEqual([['The kayak is red.'], ['The kayak is blue.']]);
  await small(ada, LARGE);
  expect(await colours()).toEqual([['The kayak is red.'], ['The kayak is blue.']]);
  await say(ada, 'The canoe is green.');
  await service.prepare(ada.owner);
  expect(await ask(ada, 'What colour is the canoe?')).toEqual(['The canoe is green.']);
  const moved = [bob, ada].map(({ owner }) => ({ userKey: owner.userKey, documents: LARGE }));
  expect(log.lines.map(({ facts }) => facts)).toEqual(moved);
});

test('nothing is left of a large memory whose user is gone', async () => {
  const ada = await memoryInStore(store);
  await small(ada, 2 * LARGE);
  await ask(ada, 'weather');
  await service.forget(ada.owner.userKey);
  await store.users.delete({ tenantKey: ada.owner.tenantKey, userKey: null }, await idOf(ada));
  expect(await ask(ada, 'weather')).toEqual([]);
});

test('memories that are each larger than all of the room are found in turn, also after a restart', async () => {
  const memories = [await memoryInStore(store), await memoryInStore(store)];
  for (const [i, memory] of memories.entries()) {
    await small(memory, 3 * LARGE);
    await say(memory, `The kayak is number ${i}.`);
  }
  for (let start = 0; start < 2; start += 1) {
    const tight = openSearchService({ ...data(), indexMaxBytes: 1_000 }, store.corpus, log, { largeDocuments: LARGE });
    for (let turn = 0; turn < 4; turn += 1) {
      const i = turn % 2;
      const memory = memories[i] as ChangingMemory;
      expect(await ask(memory, 'Which number is the kayak?', tight)).toEqual([`The kayak is number ${i}.`]);
    }
    await tight.close();
  }
});

test('a large memory that is loading is waited for by its own questions, and by nobody else', async () => {
  const [ada, bob] = [await memoryInStore(store), await memoryInStore(store)];
  for (let i = 0; i < 10; i += 1) await small(ada, 500);
  await say(ada, 'The kayak is red.');
  await small(bob, 2 * LARGE);
  await say(bob, 'The kayak is blue.');
  await ask(bob, 'weather');
  const answered: string[] = [];
  const hear = async (memory: ChangingMemory): Promise<void> => {
    answered.push(...(await ask(memory, 'What colour is the kayak?')));
  };
  await Promise.all([hear(ada), hear(ada), hear(bob), hear(bob)]);
  const [red, blue] = ['The kayak is red.', 'The kayak is blue.'];
  expect(answered).toEqual([blue, blue, red, red]);
});

const idOf = async ({ owner }: ChangingMemory): Promise<string> => {
  const users = await rowsIn(store.users.list({ tenantKey: owner.tenantKey, userKey: null }, WHOLE));
  const own = users.find(({ key }) => key === owner.userKey);
  if (!own) throw new Error('The user is there.');
  return own.id;
};
