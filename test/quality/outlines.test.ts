import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { OWN_CONVERSATIONS, readConversations } from '../../scripts/quality/conversations.ts';
import type { Store } from '../../src/contract/store.ts';
import type { SearchAnswer } from '../../src/retrieval/search.ts';
import { createWorld, mintId } from '../contract/world.ts';
import { seededRandom } from '../support/random.ts';
import { openOutlined } from '../support/retrieval/outlined-memory.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
import { searchRequest } from '../support/search-request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MESSAGES = 12_000;
const SESSION = 20;
/** Of the questions; the first ten in their order. */
const LEAST_SHARE = 0.95;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
beforeAll(async () => {
  folder = temporaryFolder();
  store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'here' });
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

/** One user to whom all of the conversations happened, among many more that are made of halves of their turns. */
const rememberAll = async () => {
  const conversations = readConversations(OWN_CONVERSATIONS).flat();
  const said = conversations.flatMap(({ sessions, usualSpeakers }) =>
    sessions.map(({ turns }) => turns.map((turn) => ({ ...turn, name: turn.name ?? usualSpeakers[turn.role] }))),
  );
  const turns = said.flat();
  const random = seededRandom(11);
  const half = (isFirst: boolean): string => {
    const words = random.pick(turns).text.split(' ');
    return (isFirst ? words.slice(0, words.length / 2) : words.slice(words.length / 2)).join(' ');
  };
  for (let count = turns.length; count < MESSAGES; count += SESSION) {
    const { at } = random.pick(turns);
    const text = (): string => `${half(true)} ${half(false)}`;
    said.push(Array.from({ length: SESSION }, (_, i) => ({ ...random.pick(turns), text: text(), at: at + i })));
  }
  const world = await createWorld(store);
  const [user, agent] = [await world.user('Ada'), await world.agent('Rex')];
  for (const session of said) {
    const { id } = await world.session(user, agent, mintId());
    const messages = session.map(({ role, name, text, at }) => ({
      ...world.message(text, { role, name }),
      createdAt: at,
    }));
    await store.messages.append(world.scope, id, messages);
  }
  const questions = conversations.flatMap((each) => each.questions.map(({ text }) => text));
  return { owner: { tenantKey: world.tenantKey, userKey: user.key }, questions };
};

test('an outline finds the same first ten as the whole index, for nearly all questions', async () => {
  const { owner, questions } = await rememberAll();
  const { keepAll, search, searchWhole, indexes, outlines, close } = openOutlined(store, realMeaning());
  await keepAll(owner);
  expect((await outlines.open(owner, []))?.tail.size).toBeLessThan(1_024);
  const keysOf = ({ found }: SearchAnswer): string => found.map(({ key }) => key).join();
  const outlined: string[] = [];
  for (const question of questions) outlined.push(keysOf(await search(searchRequest(owner, question))));
  expect(indexes.holds(owner)).toBe(false);
  let same = 0;
  for (const [i, question] of questions.entries()) {
    if (keysOf(await searchWhole(searchRequest(owner, question))) === outlined[i]) same += 1;
  }
  close(owner);
  expect(same / questions.length).toBeGreaterThanOrEqual(LEAST_SHARE);
}, 120_000);
