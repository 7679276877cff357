import { afterAll, beforeAll, expect, test } from 'bun:test';
import packageJson from '../../package.json' with { type: 'json' };
import { EXAMPLE_ID } from '../../src/api/scalars.ts';
import { type FakeUpstream, startFakeUpstream } from '../proxy/fake-upstream.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly schema: { readonly example?: string };
}

interface DescribedCall {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object | string }>> };
  readonly responses: Readonly<Record<string, object>>;
}

interface Description {
  readonly info: { readonly description: string };
  readonly components: { readonly responses: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedCall>>>>;
}

let server: TestServer;
/** Behind the proxy. */
let upstream: FakeUpstream;
let description: Description;
beforeAll(async () => {
  upstream = startFakeUpstream();
  server = await startServer({ settings: { 'proxy.base_url': upstream.baseUrl, 'memory.facts.enabled': true } });
  description = (await (await fetch(`${server.origin}/openapi.json`)).json()) as Description;
});
afterAll(async () => {
  await server.stop();
  upstream.stop();
});

const calls = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ path, method: method.toUpperCase(), call })),
  );

/** What a person puts in place of the ids of an example, and into the path. */
type Ids = Readonly<Record<string, string>>;

const withIds = (example: object, ids: Ids): object =>
  Object.fromEntries(
    Object.entries(example).map(([key, value]) => {
      if (value === EXAMPLE_ID) return [key, ids[key]];
      return [key, key.endsWith('_ids') ? [ids[key.slice(0, -1)]] : value];
    }),
  );

/** Executes a call as the page does: parameters and body as it fills them in from the examples. */
const execute = async ({ path, method, call }: ReturnType<typeof calls>[number], ids: Ids) => {
  const address = new URL(server.origin + path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? name));
  for (const { in: place, name, schema } of call.parameters ?? []) {
    const value = schema.example === EXAMPLE_ID ? ids[name] : schema.example;
    if (place === 'query' && value !== undefined) address.searchParams.set(name, value);
  }
  const [[type, { example }] = ['', {}]] = Object.entries(call.requestBody?.content ?? {});
  const body = typeof example === 'object' ? JSON.stringify(withIds(example, ids)) : example;
  const response = await fetch(address, {
    method,
    ...(body && { headers: { 'Content-Type': type }, body }),
  });
  return { status: response.status, text: await response.text() };
};

/** What the ids of an example may stand for, made again for each call. */
const makeIds = async (tag: string): Promise<Ids> => {
  const make = async (path: string, body: object) => (await server.call('POST', path, body)).body.data;
  const messages = ['Rex is afraid of thunder.', 'I live in Graz.'].map((content) => ({ role: 'user', content }));
  const path = '/memories?wait_for=extracted&timeout_ms=30000';
  const added = await make(path, { user: tag, agent: tag, session: 'talk', messages });
  const user = `/users/${added.user_id}`;
  const { knowledge_ids } = await make(`${user}/knowledge`, { knowledge: ['Rex is a dog.'] });
  const { api_key } = await make(`${user}/api-keys`, {});
  const { facts } = (await server.call('GET', `${user}/facts?category=home`)).body.data;
  // So that there is something to take back.
  await server.call('PATCH', `/facts/${facts[0].id}`, { confidence: 1 });
  return {
    fact_id: facts[0].id,
    user_id: added.user_id,
    agent_id: added.agent_id,
    session_id: added.session_id,
    round_id: added.message_ids[0],
    message_id: added.message_ids[0],
    knowledge_id: knowledge_ids[0],
    key_id: api_key.id,
  };
};

/** There has to be a task that was given up, and a server that has its settings from a file. */
const NOT_HERE = new Set(['retryTask', 'reloadConfig']);

test('what the page fills in works when it is executed, in the order of the page and again', async () => {
  const failed: unknown[] = [];
  for (const round of ['first', 'second']) {
    for (const each of calls()) {
      if (NOT_HERE.has(each.call.operationId)) continue;
      const ids = await makeIds(`${round} ${each.call.operationId}`);
      const { status, text } = await execute(each, ids);
      if (status >= 300) failed.push([round, each.method, each.path, status, text]);
    }
  }
  expect(failed).toEqual([]);
});

test('every body has an example', () => {
  const bodies = calls().flatMap(({ call }) =>
    call.requestBody ? [{ id: call.operationId, ...call.requestBody }] : [],
  );
  expect(bodies.length).toBeGreaterThan(10);
  const hasNone = (content: (typeof bodies)[number]['content']) =>
    Object.values(content).some(({ example }) => !example);
  expect(bodies.filter(({ content }) => hasNone(content)).map(({ id }) => id)).toEqual([]);
});

test('no number has the bounds of all numbers, which a page would fill in', () => {
  const bounds: number[] = [];
  JSON.stringify(description, (key, value) => {
    if (key === 'minimum' || key === 'maximum') bounds.push(Math.abs(value as number));
    return value;
  });
  expect(bounds.length).toBeGreaterThan(0);
  expect(Math.max(...bounds)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  const body = calls().find(({ call }) => call.operationId === 'contextOfMemories')?.call.requestBody?.content;
  const bounded = { max_tokens: { minimum: 1, maximum: 200_000, default: 2_000 } };
  expect(body).toMatchObject({ 'application/json': { schema: { properties: bounded } } });
});

test('a refusal stands in the document once, and calls refer to it', () => {
  const refusals = calls().flatMap(({ call }) =>
    Object.entries(call.responses).filter(([status]) => Number(status) >= 400),
  );
  expect(refusals.length).toBeGreaterThan(100);
  for (const [status, response] of refusals) {
    expect(response).toEqual({ $ref: `#/components/responses/Refused${status}` });
    expect(description.components.responses).toHaveProperty(`Refused${status}`);
  }
});

test('the page tells the version of the program, and shows of a refusal what it means alone', async () => {
  expect(description.info.description).toStartWith(`MemFuse ${packageJson.version}.`);
  const page = await (await fetch(`${server.origin}/docs`)).text();
  const [style = ''] = /\/docs\/memfuse\.css/.exec(page) ?? [];
  expect(await (await fetch(server.origin + style)).text()).toContain('display: none');
  const bundle = await (await fetch(`${server.origin}/docs/swagger-ui-bundle.js`)).text();
  for (const name of ['"response "', '"data-code"', '"response-controls"', '"model-example"'])
    expect(bundle).toContain(name);
});
