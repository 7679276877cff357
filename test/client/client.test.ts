import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { MemFuse, MemFuseError } from '../../src/client/index.ts';
import { ROUTES } from '../../src/client/routes.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let client: MemFuse;
beforeAll(async () => {
  server = await startServer({ settings: { 'memory.facts.enabled': true } });
  client = new MemFuse({ baseUrl: server.origin });
});
afterAll(() => server.stop());

/** What a call fails with. */
const failureOf = async (call: Promise<unknown>): Promise<MemFuseError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof MemFuseError) return error;
    throw error;
  }
  throw new Error('The call should have failed.');
};

/** Something that answers in place of a server, over real HTTP. */
const answering = (answer: (request: Request, count: number) => Response | Promise<Response>) => {
  const requests: Request[] = [];
  const fake = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      requests.push(request.clone() as Request);
      return answer(request, requests.length);
    },
  });
  return { baseUrl: fake.url.origin, requests, stop: () => fake.stop(true) };
};

const success = (data: unknown): Response =>
  Response.json({ status: 'success', code: 200, data, message: 'Done', errors: null });
const refusal = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({ status: 'error', code: status, data: null, message, errors: [] }, { status, headers });

describe('the memory of a user by name', () => {
  test('remembers, finds and makes a block for a prompt, with nothing made before', async () => {
    const memory = client.for({ user: 'alice', agent: 'helper', session: 'move' });
    await memory.add('I moved to Lisbon in May and take tram 28 to work.');
    const { results } = await memory.search('Which tram do I take?', { top_k: 1 });
    expect(results.map(({ content }) => content)).toEqual(['I moved to Lisbon in May and take tram 28 to work.']);
    const { context } = await memory.context('Which tram do I take?', { max_tokens: 100 });
    expect(context).toContain('tram 28');
  });

  test('knows nothing of a user who was never heard of, which is no failure', async () => {
    expect((await client.for({ user: 'nobody' }).search('What do I like?')).results).toEqual([]);
  });

  test('keeps what is said to one memory in one session, also when it is said at once', async () => {
    const memory = client.for({ user: 'bob' });
    await Promise.all(['one', 'two', 'three'].map((text) => memory.add({ role: 'user', content: text })));
    await memory.add([{ role: 'assistant', content: 'four' }]);
    const said = await Array.fromAsync(memory.messages());
    expect(said.map(({ content }) => content).sort()).toEqual(['four', 'one', 'three', 'two']);
  });

  test('waits until what was said is indexed, when asked to', async () => {
    const added = await client.for({ user: 'wanda' }).add('I like pears.', { waitFor: 'indexed', waitMs: 20_000 });
    expect(added).toMatchObject({ stage: 'indexed', reached: true });
  });

  test('has the calls of the Python SDK', async () => {
    const memory = await client.init({ user: 'carol', agent: 'helper', session: 'first' });
    const { message_ids } = await memory.add([{ role: 'user', content: 'My cat is called Mia.' }]);
    const [id = ''] = message_ids;
    expect((await memory.read([id])).map(({ content }) => content)).toEqual(['My cat is called Mia.']);
    await memory.update([id], [{ role: 'user', content: 'My cat is called Pia.' }]);
    expect((await memory.listMessages()).map(({ content }) => content)).toEqual(['My cat is called Pia.']);
    const [first] = (await memory.querySession('What is my cat called?', { top_k: 1 })).results;
    expect(first).toMatchObject({ content: 'My cat is called Pia.', metadata: { scope: 'in_session' } });
    await memory.delete([id]);
    expect(await memory.listMessages()).toEqual([]);
    const known = await memory.addKnowledge(['Carol is vegan.']);
    await memory.updateKnowledge(known, ['Carol is vegetarian.']);
    expect((await memory.readKnowledge(known)).map(({ content }) => content)).toEqual(['Carol is vegetarian.']);
    expect(await memory.deleteKnowledge(known)).toEqual(known);
  });
});

describe('lists', () => {
  test('are read to their end, page by page', async () => {
    const { sessionId } = await client.for({ user: 'dora', session: 'long' }).ids();
    const messages = Array.from({ length: 250 }, (_, i) => ({ role: 'user' as const, content: `message ${i}` }));
    for (let from = 0; from < messages.length; from += 100) {
      await client.sessions.addMessages(sessionId, messages.slice(from, from + 100));
    }
    const read = await Array.fromAsync(client.sessions.messages(sessionId));
    expect(read.map(({ content }) => content)).toEqual(messages.map(({ content }) => content));
  });

  test('of users, agents, sessions, knowledge, keys and tasks hold what was made', async () => {
    const { id } = await client.users.create({ name: 'erik', description: 'sails' });
    const agent = await client.agents.getOrCreate('pilot');
    const session = await client.sessions.create({ user_id: id, agent_id: agent.id, name: 'harbour' });
    const key = await client.apiKeys.create(id, { name: 'app' });
    const names = async (rows: AsyncIterable<{ name: string | null }>) =>
      (await Array.fromAsync(rows)).map(({ name }) => name);
    expect(await names(client.users.list())).toContain('erik');
    expect(await names(client.agents.list())).toContain('pilot');
    expect(await names(client.sessions.list({ user_id: id }))).toEqual(['harbour']);
    expect(await names(client.apiKeys.list(id))).toEqual(['app']);
    expect(await client.users.getByName('erik')).toMatchObject({ id });
    expect(await client.agents.getByName('pilot')).toEqual(agent);
    expect(await client.sessions.getByName('harbour', id)).toEqual(session);
    expect(await client.sessions.update(session.id, { name: 'port' })).toMatchObject({ name: 'port' });
    await client.apiKeys.delete(id, key.api_key.id);
    await client.sessions.delete(session.id);
    await client.users.delete(id);
    expect((await failureOf(client.users.get(id))).status).toBe(404);
    expect(await client.tasks.stats()).toMatchObject({ failed: 0 });
  });
});

describe('what goes wrong', () => {
  test('is one error with what the server says, and the request id', async () => {
    const error = await failureOf(client.users.create({ name: '' }));
    expect(error).toMatchObject({ name: 'MemFuseError', reason: 'refused', status: 422 });
    expect(error.message).toContain('name');
    expect(error.requestId).toMatch(/\S/);
  });

  test('says what to do when nothing answers, and does not hide that it is down', async () => {
    const dead = answering(() => success({}));
    await dead.stop();
    const lost = new MemFuse({ baseUrl: dead.baseUrl, retries: 0 });
    const error = await failureOf(lost.users.get('x'));
    expect(error).toMatchObject({ reason: 'unreachable', status: undefined });
    expect(error.message).toBe(
      `Nothing answers at ${dead.baseUrl}. Start a server with "memfuse serve", or correct baseUrl.`,
    );
    expect(await lost.isUp()).toBe(false);
    expect(await client.isUp()).toBe(true);
  });

  test('tells a foreign server, a missing key and a wrong one', async () => {
    const foreign = answering(() => new Response('<html>', { status: 200 }));
    expect(await failureOf(new MemFuse({ baseUrl: foreign.baseUrl }).users.get('x'))).toMatchObject({
      reason: 'foreign',
    });
    await foreign.stop();
    const guarded = answering(() => refusal(401, 'Unauthorized'));
    const without = await failureOf(new MemFuse({ baseUrl: guarded.baseUrl }).users.get('x'));
    expect(without.message).toBe('Unauthorized The server asks for a key: give it as apiKey.');
    const wrong = await failureOf(new MemFuse({ baseUrl: guarded.baseUrl, apiKey: 'k' }).users.get('x'));
    expect(wrong.message).toBe('Unauthorized The server does not know this apiKey.');
    await guarded.stop();
  });

  test('refuses a base address that is none, and a part of an address that is missing, before it sends anything', () => {
    for (const baseUrl of ['localhost:8000', '::', 'ftp://host']) {
      expect(() => new MemFuse({ baseUrl })).toThrow(
        `baseUrl must begin with http:// or https://, and is "${baseUrl}".`,
      );
    }
    expect(client.users.get('')).rejects.toThrow('The call needs a user_id, and got "".');
  });
});

describe('a call that may do better later', () => {
  test('is made again, and a create with the same Idempotency-Key', async () => {
    const user = { id: 'u' };
    const shaky = answering((_, count) =>
      count < 3 ? refusal(503, 'Busy', { 'Retry-After': '0' }) : success({ user }),
    );
    const shaken = new MemFuse({ baseUrl: shaky.baseUrl });
    expect((await shaken.users.create({ name: 'x' })).id).toBe('u');
    const keys = shaky.requests.map(({ headers }) => headers.get('Idempotency-Key'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/\S/);
    await shaky.stop();
  });

  test('is given up after as many tries as are allowed, and one that is refused at once', async () => {
    const busy = answering(() => refusal(503, 'Busy', { 'Retry-After': '0' }));
    await failureOf(new MemFuse({ baseUrl: busy.baseUrl, retries: 1 }).users.get('x'));
    expect(busy.requests).toHaveLength(2);
    await busy.stop();
    const strict = answering(() => refusal(422, 'No'));
    await failureOf(new MemFuse({ baseUrl: strict.baseUrl }).users.get('x'));
    expect(strict.requests).toHaveLength(1);
    await strict.stop();
  });

  test('ends with its time limit or its signal', async () => {
    const slow = answering(() => new Promise<Response>(() => {}));
    const waiting = new MemFuse({ baseUrl: slow.baseUrl, retries: 0 });
    expect(await failureOf(waiting.users.get('x', { timeoutMs: 20 }))).toMatchObject({ reason: 'timeout' });
    const stop = new AbortController();
    const call = failureOf(waiting.users.get('x', { signal: stop.signal }));
    stop.abort();
    expect(await call).toMatchObject({ reason: 'aborted', message: 'The call was given up.' });
    await slow.stop();
  });
});

test('the client knows every call of the server', async () => {
  const document = (await (await fetch(`${server.origin}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const served = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [
        operationId,
        `${method.toUpperCase()} ${path.slice('/api/v1'.length)}`,
      ]),
    );
  expect(Object.fromEntries(served)).toEqual(ROUTES as Record<string, string>);
});

test('the client pulls in no package: only types come from elsewhere', async () => {
  const built = await Bun.build({ entrypoints: ['src/client/index.ts'], target: 'browser', packages: 'external' });
  const code = await (built.outputs[0] as Blob).text();
  expect(code).not.toMatch(/^import\b|\brequire\(/m);
  expect(code).not.toContain('zod');
});

test('what is known of a user is listed, corrected, taken back and forgotten', async () => {
  const memory = client.for({ user: 'fay', session: 'talk' });
  await memory.add('I live in Lisbon. I have a cat named Mia.', { waitFor: 'extracted', waitMs: 30_000 });
  const texts = async () => (await Array.fromAsync(memory.facts())).map(({ text }) => text);
  const lisbon = (await Array.fromAsync(memory.facts())).find(({ text }) => text.includes('Lisbon'));
  expect(lisbon).toMatchObject({ category: 'home', state: 'active' });
  const { text: profile } = await memory.profile();
  expect(profile).toContain('Lisbon');
  const corrected = await memory.correct({ factId: lisbon?.id ?? '' }, 'fay lives in Porto.');
  expect(await texts()).toContain('fay lives in Porto.');
  const { history } = await client.facts.history(corrected.id);
  expect(history.map(({ change }) => change)).toEqual(['created', 'edited']);
  await client.facts.undo(corrected.id);
  expect((await texts()).join()).toContain('Lisbon');
  const shown = await memory.forget('cat', { dryRun: true });
  expect(shown.forgotten.messages).toHaveLength(1);
  expect((await texts()).length).toBeGreaterThan(0);
  await memory.forget('cat');
  expect((await texts()).join()).not.toContain('Mia');
  expect(await Array.fromAsync(memory.messages())).toEqual([]);
});
