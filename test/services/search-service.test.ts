import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import { segmentMaker } from '../../src/retrieval/index/segments.ts';
import { WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { openSearchService, type SearchService } from '../../src/services/search-service.ts';
import { rowsIn, WHOLE } from '../contract/lists.ts';
import { eventually } from '../support/eventually.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { type ChangingMemory, memoryInStore } from '../support/retrieval/changing-memory.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
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
  service = openSearchService(data(), store, log, { largeDocuments: LARGE });
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

test('a memory that is too large is outlined between its questions, and found by its outline after a restart', async () => {
  const ada = await memoryInStore(store);
  await small(ada, 3 * LARGE);
  await say(ada, 'The kayak is red.');
  const { tenantKey, userKey } = ada.owner;
  const maker = segmentMaker(realMeaning());
  const askIn = async (searching: SearchService): Promise<string[]> => {
    const request = searchRequest(ada.owner, 'What colour is the kayak?', { topK: 1 });
    return (await searching.search(request)).found.map(({ content }) => content);
  };
  const openTight = () => openSearchService({ ...data(), indexMaxBytes: 1_000 }, store, log, { largeDocuments: LARGE });
  const first = openTight();
  expect(await askIn(first)).toEqual(['The kayak is red.']);
  await eventually('all segments are outlined', async () => {
    const outlined = await store.outlines.outlined(tenantKey, userKey, maker);
    return outlined.length > 0 && outlined.length === (await store.corpus.segments(tenantKey, userKey, maker)).length;
  });
  await first.close();
  const second = openTight();
  expect(await askIn(second)).toEqual(['The kayak is red.']);
  await second.close();
}, 20_000);

const idOf = async ({ owner }: ChangingMemory): Promise<string> => {
  const users = await rowsIn(store.users.list({ tenantKey: owner.tenantKey, userKey: null }, WHOLE));
  const own = users.find(({ key }) => key === owner.userKey);
  if (!own) throw new Error('The user is there.');
  return own.id;
};
