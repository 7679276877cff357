import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import { WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { openSearchService, type SearchService } from '../../src/services/search-service.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { type ChangingMemory, memoryInStore } from '../support/retrieval/changing-memory.ts';
import { searchRequest } from '../support/search-request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LARGE = 20;
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let service: SearchService;
const log = recordedLog();

beforeAll(async () => {
  folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  store = await openSqliteStore({ file, writer: 'here' });
  const data = { databaseUrl: `sqlite:${file}`, indexMaxBytes: 2 ** 24, weights: WEIGHTS, modelWeights: WEIGHTS };
  service = openSearchService(data, async () => false, log, LARGE);
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
const ask = async ({ owner }: ChangingMemory, question: string): Promise<string[]> =>
  (await service.search(searchRequest(owner, question, { topK: 1 }))).found.map(({ content }) => content);

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

const idOf = async ({ owner }: ChangingMemory): Promise<string> => {
  const users = await store.users.list({ tenantKey: owner.tenantKey, userKey: null });
  const own = users.find(({ key }) => key === owner.userKey);
  if (!own) throw new Error('The user is there.');
  return own.id;
};
