import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Webhook } from 'standardwebhooks';
import { settingsFrom } from '../../src/config/load.ts';
import { backgroundCalls, type Task } from '../support/background/calls.ts';
import { POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Received {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every type.
  readonly data: any;
}

/** Somebody outside who is told, over real HTTP, and verifies each event by the package of Standard Webhooks. */
const startReceiver = () => {
  const received: Received[] = [];
  let asked = 0;
  let answer: () => Response | Promise<Response> = () => new Response(null, { status: 204 });
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      asked += 1;
      const body = await request.text();
      const headers = Object.fromEntries(request.headers);
      const event = new Webhook(SECRET).verify(body, headers) as Omit<Received, 'id'>;
      const response = await answer();
      if (response.ok) received.push({ id: headers['webhook-id'] ?? '', ...event });
      return response;
    },
  });
  return {
    url: `${server.url.origin}/hook`,
    received,
    get asked() {
      return asked;
    },
    /** Answers so from now on. */
    answers: (next: () => Response | Promise<Response>) => {
      answer = next;
    },
    of: (type: string) => received.filter((event) => event.type === type),
    stop: () => server.stop(true),
  };
};

type Receiver = ReturnType<typeof startReceiver>;
const settingsOf = ({ url }: { readonly url: string }) => ({
  ...PROMPT,
  'webhooks.url': url,
  'webhooks.secret': SECRET,
  'webhooks.timeout_ms': 200,
  'webhooks.max_retries': 2,
  'webhooks.retry_delay': 0.01,
  'webhooks.max_retry_delay': 0.02,
});

describe('a webhook', () => {
  let receiver: Receiver;
  let server: TestServer;
  const { post, tasks } = backgroundCalls(() => server);
  beforeAll(async () => {
    receiver = startReceiver();
    server = await startServer({
      settings: { ...settingsOf(receiver), 'memory.facts.enabled': true, 'memory.episodes.enabled': true },
    });
  });
  afterAll(async () => {
    await server.stop();
    await receiver.stop();
  });
  const failed = async (sessionId: string): Promise<Task[]> =>
    (await tasks('?state=failed&kind=notify&limit=100')).tasks.filter((task) => task.session_id === sessionId);
  const settled = (sessionId: string) =>
    eventually('the task is given up', async () => {
      const found = await failed(sessionId);
      return found.length > 0 && found;
    });

  test('tells what the background has made, by ids, signed, and nothing of what was said', async () => {
    const { userId, sessionId } = await startConversation(server, 'Ada');
    const said = await post(sessionId, ['I live in Lisbon.']);
    const ids = said.body.data.message_ids;
    const added = await eventually('the fact is told', () => receiver.of('fact.added')[0]);
    const fact = await server.call('GET', `/facts/${added.data.fact_ids[0]}/history`);
    expect(fact.body.data.fact).toMatchObject({ user_id: userId, message_ids: ids });
    expect(receiver.of('message.indexed').map(({ data }) => data)).toEqual([
      { user_id: userId, session_id: sessionId, message_ids: ids },
    ]);
    await post(sessionId, ['I live in Porto now. I moved from Lisbon.']);
    const ended = await eventually('what ended is told', () => receiver.of('fact.superseded')[0]);
    expect(ended.data.facts).toContainEqual({ fact_id: added.data.fact_ids[0], superseded_by: expect.any(String) });
    expect(JSON.stringify(receiver.received)).not.toMatch(/Lisbon|Porto|Ada/);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length);
    expect(receiver.of('episode.closed')).toEqual([]);
  });

  test('that is answered 500 is sent again under its id, and nothing else waits for it', async () => {
    receiver.answers(() => new Response(null, { status: 500 }));
    const { sessionId } = await startConversation(server, 'Bea');
    const { asked } = receiver;
    const said = await post(sessionId, ['Hello there'], '?wait_for=extracted&timeout_ms=20000');
    expect(said.body.data).toMatchObject({ stage: 'extracted', reached: true });
    const [given] = await settled(sessionId);
    expect(given).toMatchObject({ kind: 'notify', attempts: 3, state: 'failed' });
    expect(given?.reason).toMatch(/^The webhook at 127\.0\.0\.1:\d+ answered 500\.$/);
    expect(receiver.asked - asked).toBe(3);
    const status = await server.call('GET', `/messages/${said.body.data.message_ids[0]}/status`);
    expect(status.body.data.message).toMatchObject({ stage: 'extracted', reason: null });
    // A person mends it, and has it tried again.
    receiver.answers(() => new Response('fine'));
    const before = receiver.received.length;
    await server.call('POST', `/tasks/${given?.id}/retry`);
    await eventually('it is told', () => receiver.received.length > before);
    await eventually('it is done', async () => (await failed(sessionId)).length === 0);
  });

  test.each<[string, () => Response | Promise<Response>, RegExp]>([
    ['does not answer in time', () => Bun.sleep(5_000).then(() => new Response()), /did not answer within 200 ms\.$/],
    [
      'is redirected',
      () => Response.redirect('http://169.254.169.254/latest', 307),
      /answered 307; redirects are not followed\.$/,
    ],
  ])('that %s is given up after its tries, as one task, and says why', async (name, answer, why) => {
    receiver.answers(answer);
    const { sessionId } = await startConversation(server, name);
    await post(sessionId, ['one', 'two', 'three']);
    const given = await settled(sessionId);
    expect(given.map(({ attempts }) => attempts)).toEqual([3]);
    expect(given[0]?.reason).toMatch(why);
    receiver.answers(() => new Response());
  });
});

test('tells what was given up, and no message of it as indexed', async () => {
  const [receiver, endpoint] = [startReceiver(), startEmbeddingEndpoint('choosy')];
  const server = await startServer({ settings: { ...settingsOf(receiver), ...endpoint.settings } });
  const { post, tasks } = backgroundCalls(() => server);
  try {
    const { userId, sessionId } = await startConversation(server);
    const [, well] = [await post(sessionId, [`a drop of ${POISON}`]), await post(sessionId, ['a drop of milk'])];
    const dead = await eventually('it is told', () => receiver.of('task.dead')[0]);
    const [failed] = (await tasks('?state=failed')).tasks;
    expect(dead.data).toEqual({
      ...{ user_id: userId, session_id: sessionId, task_id: failed?.id, kind: 'index' },
      ...{ attempts: 4, reason: failed?.reason },
    });
    const indexed = await eventually('the other is told', () => receiver.of('message.indexed')[0]);
    expect(indexed.data.message_ids).toEqual(well.body.data.message_ids);
  } finally {
    await server.stop();
    await Promise.all([receiver.stop(), endpoint.stop()]);
  }
});

test('after 410 Gone nothing is sent any more, and tasks are given up at once', async () => {
  const receiver = startReceiver();
  const server = await startServer({ settings: settingsOf(receiver) });
  const { post, tasks } = backgroundCalls(() => server);
  try {
    receiver.answers(() => new Response(null, { status: 410 }));
    const { sessionId } = await startConversation(server);
    await post(sessionId, ['one']);
    const dead = (count: number) =>
      eventually('tasks are given up', async () => {
        const found = (await tasks('?state=failed&kind=notify')).tasks;
        return found.length === count && found;
      });
    expect((await dead(1))[0]).toMatchObject({ attempts: 1, reason: expect.stringContaining('410 Gone') });
    await post(sessionId, ['two']);
    await dead(2);
    expect(receiver.asked).toBe(1);
  } finally {
    await server.stop();
    await receiver.stop();
  }
});

test('what could not be told is told after a restart with another address', async () => {
  const folder = temporaryFolder();
  const absent = startReceiver();
  await absent.stop();
  let server = await startServer({ settings: { ...settingsOf(absent), data_dir: folder.path } });
  const { post, tasks } = backgroundCalls(() => server);
  const receiver = startReceiver();
  try {
    const { sessionId } = await startConversation(server);
    const said = await post(sessionId, ['one']);
    const found = await eventually('the task is given up', async () => (await tasks('?state=failed')).tasks[0]);
    expect(found).toMatchObject({ kind: 'notify', reason: expect.stringMatching(/cannot be reached\.$/) });
    await server.stop();
    server = await startServer({ settings: { ...settingsOf(receiver), data_dir: folder.path } });
    await server.call('POST', '/tasks/retry');
    const told = await eventually('it is told', () => receiver.of('message.indexed')[0]);
    expect(told.data.message_ids).toEqual(said.body.data.message_ids);
  } finally {
    await server.stop();
    await receiver.stop();
    folder.remove();
  }
});

test('without an address nobody is told, and messages give no such work', async () => {
  const server = await startServer({ settings: { 'buffer.round_buffer.idle': 86_400 } });
  const { post, tasks } = backgroundCalls(() => server);
  try {
    const { sessionId } = await startConversation(server);
    await post(sessionId, ['one']);
    expect((await tasks()).tasks.map(({ kind }) => kind)).toEqual(['index']);
  } finally {
    await server.stop();
  }
});

test.each([
  [{ 'webhooks.url': 'http://127.0.0.1:9/hook' }, 'webhooks.url and webhooks.secret go together: set both, or none'],
  [{ 'webhooks.url': 'ftp://example.org', 'webhooks.secret': SECRET }, 'webhooks.url'],
  [{ 'webhooks.url': 'http://127.0.0.1:9/hook', 'webhooks.secret': 'whsec_c2hvcnQ=' }, 'openssl rand -base64 32'],
])('settings that cannot work are refused at the start: %j', (settings, why) => {
  const entries = Object.entries(settings).map(([path, value]) => ({ path, value, source: 'test' }));
  expect(() => settingsFrom(entries)).toThrow(why);
});
