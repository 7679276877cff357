import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import type { Access, Operation } from '../../src/api/operation.ts';
import { pages } from '../../src/api/pages.ts';
import type { KeyScope } from '../../src/contract/records.ts';
import { asKey, makeKey } from '../support/api-key.ts';
import { backgroundCalls } from '../support/background/calls.ts';
import { startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { PROMPT } from '../support/background/settings.ts';
import { expectRefusal } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const API = new URL('../../src/api/', import.meta.url);

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;

/** Every call of the API, out of the files that describe them. */
const operationsIn = async (): Promise<Operation[]> => {
  const found: Operation[] = [];
  for (const file of readdirSync(API)) {
    for (const exported of Object.values(await import(new URL(file, API).href))) {
      const candidates = [exported, ...Object.values((exported as object | null) ?? {})];
      found.push(...candidates.filter(isOperation));
    }
  }
  return [...new Set(found)];
};
const operations = await operationsIn();

const ADMIN = ['read', 'write', 'admin'] as const;

/** Kinds of keys: whose they are, and what they permit. */
const KINDS: Readonly<Record<string, { tenant?: string; bound?: boolean; scopes: readonly KeyScope[] }>> = {
  'an admin of the default tenant': { scopes: ADMIN },
  'one of the default tenant who reads': { scopes: ['read'] },
  'one of the default tenant who writes': { scopes: ['write'] },
  'one of the default tenant who has admin alone': { scopes: ['admin'] },
  'an admin bound to a user of the default tenant': { bound: true, scopes: ADMIN },
  'one who reads, bound to a user of the default tenant': { bound: true, scopes: ['read'] },
  'an admin of another tenant': { tenant: 'acme', scopes: ADMIN },
  'one of another tenant who reads and writes': { tenant: 'acme', scopes: ['read', 'write'] },
  'an admin bound to a user of another tenant': { tenant: 'acme', bound: true, scopes: ADMIN },
};

const mayCall = (access: Access, { tenant, bound, scopes }: (typeof KINDS)[string]): boolean => {
  if (access === 'none' || access === 'any') return true;
  if (access === 'server') return tenant === undefined && !bound && scopes.includes('admin');
  return scopes.includes(access);
};

let server: TestServer;
const keys = new Map<string, TestServer>();
beforeAll(async () => {
  server = await startServer({ settings: { 'server.api_key_validation': true } });
  for (const [kind, { tenant, bound, scopes }] of Object.entries(KINDS)) {
    const of = tenant === undefined ? {} : { tenant };
    const owner = asKey(server, await makeKey(server, of));
    const userId = bound ? (await owner.call('POST', '/users', { name: kind })).body.data.user.id : undefined;
    keys.set(kind, asKey(server, await makeKey(server, { ...of, ...(userId && { userId }), scopes })));
  }
});
afterAll(() => server.stop());

/** What a call of things that are not there, with an empty body, is answered. */
const probe = async (by: TestServer, { method, path, body }: Operation): Promise<number> => {
  const address = path.replaceAll(/\{\w+\}/g, 'no-such-thing');
  return (await by.call(method.toUpperCase(), address, body && {})).status;
};

test('every call of the API is found', () => {
  expect(operations.length).toBeGreaterThan(40);
  expect(new Set(operations.map(({ access }) => access))).toEqual(
    new Set(['none', 'any', 'read', 'write', 'admin', 'server']),
  );
});

describe.each(Object.entries(KINDS))('%s', (kind, described) => {
  test.each(operations.map((operation) => [operation.id, operation] as const))(
    'is let in to %s or not',
    async (_, operation) => {
      const status = await probe(keys.get(kind) ?? server, operation);
      expect([operation.path, status === 403 || status === 401]).toEqual([
        operation.path,
        !mayCall(operation.access, described),
      ]);
    },
  );

  test('is shown the numbers of the whole server or not, at both addresses', async () => {
    for (const address of [server.origin + pages.metrics.path, `${server.api}${pages.metrics.path}`]) {
      expect(await askPage(keys.get(kind) ?? server, address)).toBe(mayCall('server', described) ? 200 : 403);
    }
  });
});

/** The status of a page that is no JSON. */
const askPage = async (by: TestServer, address: string): Promise<number> => {
  try {
    return (await by.call('GET', address)).status;
  } catch (error) {
    // What Prometheus reads is no JSON, and there is a body of it only when it is shown.
    if (error instanceof SyntaxError) return 200;
    throw error;
  }
};

test('nobody without a key is let in to what asks for one', async () => {
  for (const operation of operations) {
    const status = await probe(server, operation);
    expect([operation.path, status === 401]).toEqual([operation.path, operation.access !== 'none']);
  }
});

test('who is not let in to what belongs to the server is told whom it is for', async () => {
  const tenant = keys.get('an admin of another tenant') ?? server;
  const message =
    "This call is for the one who runs the server: it needs an API key of the tenant 'default' that is bound to no user, with the permission 'admin'.";
  for (const [method, path] of [
    ['GET', '/admin/config'],
    ['POST', '/admin/config/reload'],
    ['GET', '/metrics'],
  ] as const) {
    expectRefusal(await tenant.call(method, path), 403, 'api_key', message);
  }
});

test('an admin sees the background work of their own tenant or user, and whose Workers are busy only with that', async () => {
  const endpoint = startEmbeddingEndpoint('silent');
  const settings = { ...PROMPT, ...endpoint.settings, 'memory.background.workers': 1 };
  const busy = await startServer({ settings: { ...settings, 'server.api_key_validation': true } });
  const owner = asKey(busy, await makeKey(busy));
  const acme = asKey(busy, await makeKey(busy, { tenant: 'acme' }));
  const ann = await startConversation(acme, 'ann');
  const bob = await startConversation(acme, 'bob');
  const bound = async (userId: string) => asKey(busy, await makeKey(busy, { tenant: 'acme', userId }));
  const [annsKey, bobsKey] = [await bound(ann.userId), await bound(bob.userId)];
  const calls = backgroundCalls(() => acme);
  await calls.post(ann.sessionId, ['at work']);
  await eventually('a Worker is busy', () => endpoint.held > 0);
  await calls.post(bob.sessionId, ['behind it']);

  const statsOf = async (by: TestServer) => (await by.call('GET', '/tasks/stats')).body.data;
  const tasksOf = async (by: TestServer) =>
    (await by.call('GET', '/tasks')).body.data.tasks.map(({ user_id }: { user_id: string }) => user_id);
  const stranger = asKey(busy, await makeKey(busy, { tenant: 'umbrella' }));
  const view = async (by: TestServer) => {
    const { running, waiting, queue, workers } = await statsOf(by);
    return { running, waiting, queued: queue.size, busyWith: workers[0].task_id === null ? null : 'a task' };
  };
  await eventually('the other waits in memory', async () => (await statsOf(acme)).queue.size === 1);
  expect({
    acme: await view(acme),
    ann: await view(annsKey),
    bob: await view(bobsKey),
    stranger: await view(stranger),
    owner: await view(owner),
  }).toEqual({
    acme: { running: 1, waiting: 1, queued: 1, busyWith: 'a task' },
    ann: { running: 1, waiting: 0, queued: 0, busyWith: 'a task' },
    bob: { running: 0, waiting: 1, queued: 1, busyWith: null },
    stranger: { running: 0, waiting: 0, queued: 0, busyWith: null },
    // The counts are those of their tenant, the queue and the Workers those of the server that they run.
    owner: { running: 0, waiting: 0, queued: 1, busyWith: 'a task' },
  });
  expect([await tasksOf(annsKey), await tasksOf(bobsKey), await tasksOf(stranger)]).toEqual([
    [ann.userId],
    [bob.userId],
    [],
  ]);
  expect((await tasksOf(acme)).toSorted()).toEqual([ann.userId, bob.userId].toSorted());
  endpoint.become('mended');
  await busy.stop();
  await endpoint.stop();
});
