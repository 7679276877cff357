import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { LINES } from '../../src/api/transfer.ts';
import { makeKey } from '../support/api-key.ts';
import { type DescribedCall, describedCalls } from '../support/fuzz/description.ts';
import { requestsFor } from '../support/fuzz/requests.ts';
import { createWorld, placed, seeWorld, tenantKey, type World } from '../support/fuzz/world.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { openWire, type Wire, type WireAnswer } from '../support/wire.ts';

const SEED = 20_261_123;
const REQUESTS_PER_CALL = 200;
/** No request of this test has more to do than a few thousand bytes of work. */
/** Processor time of this thread, which serves as well: what else the machine does takes none of it. */
const HANG_MS = 1_000;
const busyMsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
};

/** An export of all has as much to do as the tests before it have made, and lets others have their turn meanwhile. */
const GROWS = 'exportAll';
const STRETCH_MS = 250;

/** What some work comes to, its processor time, and the longest stretch of that in which no timer had its turn. */
const timed = async <T>(work: () => Promise<T>): Promise<{ answer: T; busyMs: number; stretchMs: number }> => {
  const before = process.threadCpuUsage();
  let last = before;
  let stretchMs = 0;
  const look = (): void => {
    stretchMs = Math.max(stretchMs, busyMsSince(last));
    last = process.threadCpuUsage();
  };
  const timer = setInterval(look, 1);
  try {
    const answer = await work();
    look();
    return { answer, busyMs: busyMsSince(before), stretchMs };
  } finally {
    clearInterval(timer);
  }
};

/** Each tenant's word stands in all its texts, and in no request. */
const MARKERS = { red: 'crimsonweasel', redOther: 'scarletmarmot', blue: 'azureocelot', vault: 'goldenpangolin' };

interface Actor {
  readonly name: string;
  readonly secret: string | null;
  readonly own: () => World;
  readonly foreign: () => World;
  readonly mayNotSee: readonly string[];
}

const server: TestServer = await startServer({
  settings: { 'server.api_key_validation': true, 'server.rate_limit_per_minute': 1_000_000_000 },
});
const calls = await describedCalls(server.origin);
let wire: Wire;
const secrets = { red: '', blue: '', vault: '', redBound: '', redReader: '' };
const worlds: Record<keyof typeof MARKERS, World> = {} as never;
let vaultBefore = '';

beforeAll(async () => {
  wire = await openWire(server.origin);
  secrets.red = await tenantKey(server, 'red');
  secrets.blue = await tenantKey(server, 'blue');
  secrets.vault = await tenantKey(server, 'vault');
  secrets.redReader = await makeKey(server, { tenant: 'red', scopes: ['read'] });
  worlds.vault = await createWorld(server, secrets.vault, MARKERS.vault);
  vaultBefore = await seeWorld(server, secrets.vault, worlds.vault);
});
afterAll(async () => {
  wire.close();
  await server.stop();
});

/** New worlds, since a request may have deleted what it found. */
const renewWorlds = async (): Promise<void> => {
  const [red, redOther, blue] = await Promise.all([
    createWorld(server, secrets.red, MARKERS.red),
    createWorld(server, secrets.red, MARKERS.redOther),
    createWorld(server, secrets.blue, MARKERS.blue),
  ]);
  Object.assign(worlds, { red, redOther, blue });
  secrets.redBound = await makeKey(server, { tenant: 'red', userId: worlds.red.user });
};
beforeEach(renewWorlds);

const { red, redOther, blue, vault } = MARKERS;
const actors = (): readonly Actor[] => [
  {
    name: 'a tenant',
    secret: secrets.red,
    own: () => worlds.red,
    foreign: () => worlds.vault,
    mayNotSee: [blue, vault],
  },
  {
    name: 'another tenant',
    secret: secrets.blue,
    own: () => worlds.blue,
    foreign: () => worlds.red,
    mayNotSee: [red, redOther, vault],
  },
  {
    name: 'a reader',
    secret: secrets.redReader,
    own: () => worlds.redOther,
    foreign: () => worlds.vault,
    mayNotSee: [blue, vault],
  },
  {
    name: 'nobody',
    secret: null,
    own: () => worlds.red,
    foreign: () => worlds.vault,
    mayNotSee: [red, redOther, blue, vault],
  },
];

/** A key bound to one user sees agents of the whole tenant, so what is another user's must be told apart from those. */
const boundActor = (): Actor => ({
  name: 'a user',
  secret: secrets.redBound,
  own: () => worlds.red,
  foreign: () => worlds.redOther,
  mayNotSee: [blue, vault],
});

const expectEnvelope = (answer: WireAnswer, method: string): void => {
  expect(answer.status).toBeGreaterThanOrEqual(200);
  expect(answer.status).toBeLessThan(500);
  expect(Math.floor(answer.status / 100)).not.toBe(3);
  if (method === 'OPTIONS' && answer.status === 200) return; // a preflight, which is plain text
  if (answer.status === 200 && answer.headers.get('content-type') === LINES) {
    expect(answer.text().trimEnd().split('\n').at(-1)).toStartWith('{"end":true,');
    return;
  }
  expect(answer.headers.get('content-type')).toStartWith('application/json');
  if (answer.status === 204 || method === 'HEAD') {
    expect(answer.bytes).toHaveLength(0);
    return;
  }
  const body = JSON.parse(answer.text());
  expect(body).toMatchObject({ code: answer.status, message: expect.any(String) });
  if (answer.status < 300) {
    expect(body).toEqual({ ...body, status: 'success', data: expect.any(Object), errors: null });
    expect(Object.keys(body)).toHaveLength(5);
  } else {
    const error = { field: expect.any(String), message: expect.any(String) };
    expect(body).toMatchObject({ status: 'error', data: null, errors: body.errors.map(() => error) });
    expect(body.errors).not.toBeEmpty();
  }
};

const seen = (answer: WireAnswer): string => `${[...answer.headers].join('\n')}\n${answer.text()}`;

describe('whatever is sent, every call answers in the envelope and keeps tenants apart', () => {
  test('there are calls to fuzz', () => {
    expect(calls.length).toBeGreaterThan(30);
  });

  test.each(calls.map((call) => [call.id, call] as const))('%s', async (_, call) => {
    const asked = fc.tuple(requestsFor(call), fc.nat());
    await fc.assert(
      fc.asyncProperty(asked, async ([request, choice]) => {
        const all = [...actors(), boundActor()];
        const actor = all[choice % all.length] as Actor;
        const sent = placed(request, actor.own(), actor.foreign());
        const headers = { ...sent.headers, ...(actor.secret !== null && { 'X-API-Key': actor.secret }) };
        const { answer, busyMs, stretchMs } = await timed(() => wire.send({ ...sent, headers }));
        if (call.id === GROWS) expect(stretchMs).toBeLessThan(STRETCH_MS);
        else expect(busyMs).toBeLessThan(HANG_MS);
        expectEnvelope(answer, request.method);
        for (const marker of actor.mayNotSee) expect(seen(answer)).not.toContain(marker);
        if (request.method === 'DELETE' && answer.status < 300) await renewWorlds();
      }),
      { seed: SEED, numRuns: REQUESTS_PER_CALL, endOnFailure: true },
    );
  });

  test('nobody changed anything in a tenant that only ever was asked for by others', async () => {
    expect(await seeWorld(server, secrets.vault, worlds.vault)).toBe(vaultBefore);
  });

  test('no key sent as JSON reached the prototype of objects', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['note']).toBeUndefined();
  });
});

describe('a body made to hurt is refused at once', () => {
  const LEVELS = 100_000;
  const withBody = calls.filter(({ body }) => body !== null);
  const [post] = withBody.filter(({ id }) => id === 'addMessages');

  /** Sends a body to a call that finds all it names, and asserts a refusal in the envelope, soon and short. */
  const expectSwiftRefusal = async (call: DescribedCall, body: string, maxAnswerBytes = body.length): Promise<void> => {
    const target = call.path.replaceAll(/\{(\w+)_id\}/g, '@own:$1@');
    const headers = { 'Content-Type': 'application/json', 'X-API-Key': secrets.red };
    const before = process.threadCpuUsage();
    const answer = await wire.send(placed({ method: call.method, target, headers, body }, worlds.red, worlds.vault));
    const busyMs = busyMsSince(before);
    expectEnvelope(answer, call.method);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(busyMs).toBeLessThan(HANG_MS);
    expect(answer.bytes.length).toBeLessThanOrEqual(maxAnswerBytes);
  };
  const nested = (open: string, core: string, close: string) => open.repeat(LEVELS) + core + close.repeat(LEVELS);
  const arrays = nested('[', '', ']');
  const objects = nested('{"a":', '1', '}');
  const around = ({ body }: DescribedCall, value: string): string =>
    `{${Object.keys(body?.properties ?? {})
      .map((name) => `${JSON.stringify(name)}:${value}`)
      .slice(0, 1)
      .join()}}`;

  test('100,000 arrays in each other', async () => {
    for (const call of withBody) await expectSwiftRefusal(call, arrays);
  });

  test('100,000 arrays in each other, in the place of a field', async () => {
    for (const call of withBody) await expectSwiftRefusal(call, around(call, arrays));
  });

  test('100,000 objects in each other, in the place of a field', async () => {
    for (const call of withBody) await expectSwiftRefusal(call, around(call, objects));
  });

  test('100,000 objects in each other, in the metadata of a message', async () => {
    const body = `{"messages":[{"role":"user","content":"a","metadata":{"a":${objects}}}]}`;
    await expectSwiftRefusal(post as DescribedCall, body);
  });

  test('100,000 objects in each other, unfinished', async () => {
    for (const call of withBody) await expectSwiftRefusal(call, '{"a":'.repeat(LEVELS));
  });

  test('a hundred thousand keys that nothing asked for', async () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join();
    await expectSwiftRefusal(post as DescribedCall, `{${keys}}`, 10_000);
  });

  test('a number of a million digits', async () => {
    await expectSwiftRefusal(post as DescribedCall, `{"messages":${'9'.repeat(1_000_000)}}`, 10_000);
  });

  test('a hundred thousand items of the wrong kind', async () => {
    await expectSwiftRefusal(post as DescribedCall, `{"messages":[${'0,'.repeat(100_000)}0]}`);
  });

  test('fifty thousand items without their fields', async () => {
    await expectSwiftRefusal(post as DescribedCall, `{"messages":[${'{},'.repeat(50_000)}{}]}`);
  });
});
