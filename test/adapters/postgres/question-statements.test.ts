import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openPostgresCorpusReader } from '../../../adapters/postgres/open.ts';
import { DOCUMENT_KINDS } from '../../../src/contract/documents.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startConversation, startServer, type TestServer } from '../../support/server.ts';
import { listenToStatements } from '../../support/statement-listener.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** What a question may ask for; all else is the background's. */
const OF_QUESTIONS = /^(subjects|memories|corpus|\w+-documents|api-keys)\./;

const listener = listenToStatements();
let database: TestDatabase;
let proxy: TcpProxy;
let proxied: string;
let server: TestServer;
let talk: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await startTcpProxy(Number(new URL(database.url).port), listener.onConnection);
  proxied = Object.assign(new URL(database.url), { port: String(proxy.port) }).href;
  server = await startServer({ settings: { 'database.url': proxied, 'memory.facts.enabled': true } });
  talk = await startConversation(server);
  await add('The heron stands at the pond.', 'The otter sleeps under the bridge.');
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.remove();
});

const add = async (...contents: readonly string[]): Promise<void> => {
  const messages = contents.map((content) => ({ role: 'user', content }));
  const path = `/sessions/${talk.sessionId}/messages?wait_for=extracted&timeout_ms=20000`;
  expect((await server.call('POST', path, { messages })).status).toBe(201);
};
const ask = async (query: string, more: Record<string, unknown> = {}): Promise<number> => {
  const { status, body } = await server.call('POST', `/users/${talk.userId}/query`, { query, ...more });
  expect(status).toBe(200);
  return body.data.results.length;
};
/** What is executed meanwhile, and what is prepared anew. */
const statementsOf = async (asking: () => Promise<unknown>) => {
  const [executed, prepared] = [listener.executed.length, listener.prepared.length];
  await asking();
  const since = (names: readonly string[], from: number) =>
    names
      .slice(from)
      .filter((name) => OF_QUESTIONS.test(name) || /^(BEGIN|COMMIT)/.test(name))
      .toSorted();
  return { executed: since(listener.executed, executed), prepared: since(listener.prepared, prepared) };
};

describe('a question to a memory whose index is up to date', () => {
  test('looks up whom it is about, and then its results', async () => {
    for (const query of ['the heron', 'the pond', 'the otter']) expect(await ask(query)).toBeGreaterThan(0);
    const { executed, prepared } = await statementsOf(() => ask('the bridge'));
    expect(executed).toEqual(['message-documents.found', 'subjects.user_by_id']);
    expect(prepared).toEqual([]);
  });

  test('looks up sessions and agents that it names in the same statement as the user', async () => {
    const { sessionId, agentId } = talk;
    const named = { session_id: sessionId, agent_id: agentId, filters: { session_ids: [sessionId] } };
    const { executed } = await statementsOf(() => ask('the heron at the bridge', named));
    expect(executed).toEqual(['corpus.sessions_of_agent', 'message-documents.found', 'subjects.user_with_others']);
  });

  test('reads the names of accounts in one statement more, when it holds a word that nobody said', async () => {
    const { executed } = await statementsOf(() => ask('Has alice seen the heron?'));
    expect(executed).toEqual(['corpus.account_names', 'message-documents.found', 'subjects.user_by_id']);
  });

  test('that was asked before reads nothing but whom it is about', async () => {
    const { executed } = await statementsOf(() => ask('the bridge'));
    expect(executed).toEqual(['subjects.user_by_id']);
  });
});

test('a question after an add reads what has changed in one snapshot', async () => {
  const { prepared: first } = await statementsOf(async () => {
    await add('The heron flew away.');
    await ask('where the heron flew');
  });
  expect(first).toContain('corpus.retractions');
  await add('The heron came back.');
  const { executed, prepared } = await statementsOf(() => ask('when the heron came'));
  expect(prepared).toEqual([]);
  expect(executed).toEqual([
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    'COMMIT',
    'corpus.bounds',
    'corpus.retractions',
    'knowledge-documents.changed',
    'message-documents.changed',
    'message-documents.found',
    'subjects.user_by_id',
  ]);
});

test('what has changed is asked for in one trip: all is sent before anything is answered', async () => {
  const reader = openPostgresCorpusReader(proxied);
  const [memory] = await database.run('SELECT tenant_key, user_key, generation FROM memories');
  const [tenantKey, userKey, present] = ['tenant_key', 'user_key', 'generation'].map((name) =>
    Number(memory?.[name]),
  ) as [number, number, number];
  const after = present - 1;
  // At first it prepares all statements on the connection.
  const changes = () => reader.changes(tenantKey, userKey, { after, vectors: { model: 'any', after } });
  await changes();
  proxy.hush();
  const before = listener.executed.length;
  const reading = changes();
  while (!listener.executed.includes('COMMIT', before)) await Bun.sleep(1);
  expect(listener.executed.slice(before).filter((name) => name.endsWith('.changed'))).toHaveLength(
    DOCUMENT_KINDS.length,
  );
  proxy.heal();
  expect((await reading)?.generation).toBe(present);
});

test('a question that finds what holds no more asks in one statement more what holds', async () => {
  await add('I live in Porto.', 'I moved to Lisbon.');
  for (const query of ['Lisbon?', 'Porto?', 'moved?']) expect(await ask(query)).toBeGreaterThan(0);
  const { executed } = await statementsOf(() => ask('Where do I live?'));
  expect(executed).toEqual(['corpus.replaced', 'message-documents.found', 'subjects.user_by_id']);
});
