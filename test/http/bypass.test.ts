import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { backgroundCalls } from '../support/background/calls.ts';
import { startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

/** A server whose settings come from the environment alone. */
const startWith = (variables: Readonly<Record<string, string>>): Promise<TestServer> =>
  startServer({
    config: (folder) => {
      const env = { PORT: '0', MEMFUSE_DATA_DIR: folder, MEMFUSE_SERVER__LOG_LEVEL: 'silent', ...variables };
      return GlobalConfig.initialize({ env, folder });
    },
  });

let bypass: TestServer;
let product: TestServer;
beforeAll(async () => {
  bypass = await startWith({ MEMFUSE_BUFFER_ENABLED: 'false' });
  product = await startWith({});
});
afterAll(async () => {
  await bypass.stop();
  await product.stop();
});

/** What differs from one server to another: ids and times stand for themselves by the order in which they appear. */
const VOLATILE =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|-[0-9a-f]{8}(?=")/g;
/** An answer without what differs by nature: when rounds leave the buffer, and how long a search took. */
const comparable = ({ status, body }: TestAnswer): unknown => {
  const names = new Map<string, string>();
  const text = JSON.stringify(body).replace(VOLATILE, (found) => {
    if (/T.*Z$/.test(found)) return 'a time';
    if (!names.has(found)) names.set(found, `id ${names.size}`);
    return names.get(found) ?? '';
  });
  const { transfer_triggered, background_queued, took_ms, ...data } = JSON.parse(text).data ?? {};
  return { status, body: { ...JSON.parse(text), data } };
};

const MESSAGES = [
  { role: 'user', content: 'My sister Ines plays the cello in Lisbon.' },
  { role: 'assistant', content: 'How long has she been playing?' },
  { role: 'user', content: 'Since she was nine. Our dog howls along.' },
];

/** A conversation with everything in it that a client does; every answer in order. */
const converse = async (server: TestServer): Promise<TestAnswer[]> => {
  const answers: TestAnswer[] = [];
  const ask = async (...request: Parameters<TestServer['call']>): Promise<TestAnswer> => {
    const answer = await server.call(...request);
    answers.push(answer);
    return answer;
  };
  const { userId, sessionId } = await startConversation(server);
  const path = `/sessions/${sessionId}/messages`;
  const query = (text: string) => ask('POST', `/users/${userId}/query`, { query: text, top_k: 5 });
  const once = { 'Idempotency-Key': 'a key' };

  const added = await ask('POST', path, { messages: MESSAGES }, once);
  const [first, second, third] = added.body.data.message_ids;
  await ask('POST', path, { messages: MESSAGES }, once);
  await ask('POST', path, { messages: MESSAGES.slice(1) }, once);
  await ask('POST', path, { messages: [] });
  await ask('GET', `${path}?order=asc`);
  await query('Who plays the cello?');
  await ask('PUT', path, { message_ids: [first], new_messages: [{ role: 'user', content: 'Ines plays the oboe.' }] });
  await query('Who plays the cello?');
  await query('Who plays the oboe?');
  await ask('POST', `${path}/read`, { message_ids: [third, first] });
  await ask('DELETE', path, { message_ids: [second] });
  await ask('GET', `${path}?order=desc&limit=2`);
  await ask('POST', `/users/${userId}/knowledge`, { knowledge: ['Lisbon lies on the Tagus.'] });
  await query('Which river is Lisbon on?');
  await ask('POST', path, { messages: [{ role: 'robot', content: 'x' }] });
  await ask('POST', `${path}?wait_for=nothing`, { messages: MESSAGES });
  await ask('POST', '/sessions/no-session/messages', { messages: MESSAGES });
  await ask('POST', '/users/no-user/query', { query: 'x' });
  for (const stage of ['stored', 'indexed']) {
    await ask('POST', `${path}?wait_for=${stage}`, { messages: MESSAGES });
  }
  await ask('POST', `${path}?wait_for=extracted&timeout_ms=20000`, { messages: MESSAGES });
  await ask('DELETE', `/sessions/${sessionId}`);
  await ask('GET', path);
  await query('Who plays the oboe?');
  return answers;
};

test('without buffers every request of a conversation is answered as it is with them', async () => {
  const [inline, buffered] = await Promise.all([converse(bypass), converse(product)]);
  expect(inline.map(comparable)).toEqual(buffered.map(comparable));
});

describe('without buffers', () => {
  const { newSession, add, list } = messageCalls(() => bypass);
  const { post, statuses, chunks, tasks } = backgroundCalls(() => bypass);

  test('everything is done when the answer comes: each stage reached, its chunk on disk, nothing left to do', async () => {
    const sessionId = await newSession();
    const ids = await add(sessionId, MESSAGES);
    for (const row of await statuses(sessionId))
      expect(row).toMatchObject({ indexed: true, summarised: true, extracted: true });
    const [chunk] = await chunks(sessionId);
    expect(chunk?.metadata).toMatchObject({ message_ids: ids, embedded: true });
    expect((await tasks()).tasks.filter((task) => task.session_id === sessionId)).toEqual([]);
  });

  test('an add says that nothing was queued', async () => {
    const { data } = (await post(await newSession(), ['hello'])).body;
    expect(data).toMatchObject({ background_queued: false, transfer_triggered: true });
  });

  test('nothing is in a buffer', async () => {
    const sessionId = await newSession();
    await add(sessionId, MESSAGES);
    expect(await list(sessionId, '?buffer_only=true')).toEqual([]);
    expect(await list(sessionId, '?buffer_only=false')).toHaveLength(MESSAGES.length);
  });

  test('adds to one session at once are all there and indexed, each message in one chunk', async () => {
    const sessionId = await newSession();
    const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => post(sessionId, [`message ${i}`])));
    const ids = answers.flatMap(({ body }) => body.data.message_ids as string[]);
    expect(new Set(ids).size).toBe(16);
    const indexed = await backgroundCalls(() => bypass).indexed(sessionId);
    expect(indexed).toHaveLength(16);
    const chunked = (await chunks(sessionId)).flatMap(({ metadata }) => metadata.message_ids);
    expect(chunked.toSorted()).toEqual(ids.toSorted());
  });
});

test('without buffers an add whose text cannot be embedded is stored once, and indexed when the model is back', async () => {
  const endpoint = startEmbeddingEndpoint('down');
  const server = await startWith({
    MEMFUSE_BUFFER_ENABLED: 'false',
    MEMFUSE_EMBEDDING__PROVIDER: 'openai',
    MEMFUSE_EMBEDDING__MODEL: 'fake',
    MEMFUSE_EMBEDDING__DIMENSION: String(endpoint.settings['embedding.dimension']),
    MEMFUSE_EMBEDDING__BASE_URL: String(endpoint.settings['embedding.base_url']),
    MEMFUSE_EMBEDDING__MAX_RETRIES: '0',
    MEMFUSE_MEMORY__BACKGROUND__RETRY_DELAY: '0.05',
  });
  try {
    const { newSession, list } = messageCalls(() => server);
    const { post, indexed } = backgroundCalls(() => server);
    const sessionId = await newSession();
    const { status, body } = await post(sessionId, ['hello']);
    expect([status, body.data]).toEqual([201, expect.objectContaining({ background_queued: true })]);
    expect(await list(sessionId)).toHaveLength(1);
    endpoint.become('mended');
    expect(await indexed(sessionId)).toHaveLength(1);
  } finally {
    await server.stop();
    await endpoint.stop();
  }
});
