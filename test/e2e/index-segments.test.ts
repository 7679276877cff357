import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openWriteConnection } from '../../adapters/sqlite/connection.ts';
import { rowsOf } from '../adapters/sqlite/rows.ts';
import { callApi } from '../support/crash/api.ts';
import { eventually } from '../support/eventually.ts';
import { seededRandom } from '../support/random.ts';
import { type ProcessEnd, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MESSAGES = 1_100;
const BATCH = 100;
const TOPICS = ['kayak', 'violin', 'invoice', 'garden', 'puppy', 'tram', 'bakery', 'lighthouse', 'passport', 'soup'];
const PLACES = ['Oslo', 'Lisbon', 'the cellar', 'the old harbour', 'Grandma’s kitchen', 'the office'];
const SECRET = 'The combination of the zeppelin locker is written under the seventh step.';
const QUESTIONS = [
  'Where did the kayak go?',
  'What happened in Lisbon?',
  'Who plays an instrument?',
  'note 512',
  'zeppelin locker combination',
  'What did we do about travel documents?',
];
/** The background takes everything up as soon as it comes. */
const env = {
  MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '0.01',
  MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: '0.02',
};

interface Result {
  readonly id: string;
  readonly content: string;
  readonly score: number;
}

const folder = temporaryFolder();
const file = `${folder.path}/memfuse.db`;
let server: ServerProcess;
let userId: string;
let sessionId: string;
let secretId: string;

const restart = async (between: () => void = () => {}): Promise<ProcessEnd> => {
  server.signal('SIGTERM');
  const end = await server.ended;
  between();
  server = await startServerProcess({ folder: folder.path, env });
  return end;
};

const segments = () =>
  rowsOf<{ first: number; last: number; size: number }>(
    file,
    'SELECT first_key AS first, last_key AS last, length(bytes) AS size FROM index_segments ORDER BY last_key',
  );

const answer = async (query: string): Promise<readonly Result[]> => {
  const body = { query, top_k: 10 };
  return (await callApi<{ results: Result[] }>(server, 'POST', `/users/${userId}/query`, body)).results;
};
const answers = async (): Promise<(readonly Result[])[]> => {
  const all = [];
  for (const question of QUESTIONS) all.push(await answer(question));
  return all;
};

const expectSame = (found: readonly (readonly Result[])[], expected: readonly (readonly Result[])[]): void => {
  expect(found.map((results) => results.map(({ content }) => content))).toEqual(
    expected.map((results) => results.map(({ content }) => content)),
  );
  for (const [i, results] of expected.entries()) {
    for (const [place, { score }] of results.entries()) expect(found[i]?.[place]?.score).toBeCloseTo(score, 4);
  }
};

beforeAll(async () => {
  server = await startServerProcess({ folder: folder.path, env });
  const random = seededRandom(7);
  const post = <T>(path: string, body: object) => callApi<T>(server, 'POST', path, body);
  userId = (await post<{ user: { id: string } }>('/users', { name: 'Ada' })).user.id;
  const agentId = (await post<{ agent: { id: string } }>('/agents', { name: 'Rex' })).agent.id;
  const session = { user_id: userId, agent_id: agentId };
  sessionId = (await post<{ session: { id: string } }>('/sessions', session)).session.id;
  for (let from = 0; from < MESSAGES; from += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, i) => {
      const n = from + i;
      const content = `Note ${n}: the ${random.pick(TOPICS)} was seen in ${random.pick(PLACES)} with a ${random.pick(TOPICS)}.`;
      return { role: n % 2 === 0 ? 'user' : 'assistant', content: n === 300 ? SECRET : content };
    });
    const { message_ids } = await post<{ message_ids: string[] }>(`/sessions/${sessionId}/messages`, { messages });
    if (from === 300) secretId = message_ids[0] ?? '';
  }
});
afterAll(async () => {
  await server.kill();
  folder.remove();
});

test('a thousand messages are kept as a segment without anybody asking, and a server that starts again answers the same', async () => {
  const kept = await eventually('a segment is kept', () => segments()[0]);
  expect(kept.last - kept.first).toBeGreaterThan(1_000);
  const before = await answers();
  expect(before.filter((results) => results.length === 0)).toEqual([]);
  expect(before[4]?.[0]).toMatchObject({ id: secretId, content: SECRET });
  await restart();
  expectSame(await answers(), before);
  // The end of the memory may be kept as another.
  expect(segments()).toContainEqual(kept);
});

test('a damaged segment costs a warning in the log, not an answer', async () => {
  const before = await answers();
  await restart(() => {
    const db = openWriteConnection(file);
    db.exec('UPDATE index_segments SET bytes = substr(bytes, 1, length(bytes) / 2)');
    db.close();
  });
  expectSame(await answers(), before);
  const { exitCode, complaints } = await restart();
  expect(exitCode).toBe(0);
  const lines = complaints
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  // One for each segment: the end of the memory may be another.
  expect(lines).not.toBeEmpty();
  for (const line of lines) {
    expect([line.level, line.msg]).toEqual([40, 'what is kept of an index cannot be read: messages are read instead']);
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['firstKey', 'lastKey', 'reason']));
  }
});

test('a deleted message takes its segment with it, is not found after another start, and is not in the segment that is made then', async () => {
  await callApi(server, 'DELETE', `/sessions/${sessionId}/messages`, { message_ids: [secretId] });
  const beginning = () => segments().filter(({ last }) => last <= 1_024);
  expect(beginning()).toEqual([]);
  await restart();
  const found = await answers();
  expect(JSON.stringify(found)).not.toContain('zeppelin');
  expect(found[0]).toHaveLength(10);
  // The question has brought the index into memory, and what it gives away is whole.
  const again = await eventually('a segment is kept', () => segments().find(({ first }) => first < 300));
  expect(again.last - again.first).toBeGreaterThan(1_000);
  await restart();
  expectSame(await answers(), found);
  const blobs = rowsOf<{ bytes: Buffer }>(file, 'SELECT bytes FROM index_segments');
  expect(blobs.some(({ bytes }) => bytes.includes('zeppelin'))).toBe(false);
});
