import { describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../adapters/open.ts';
import { DEFAULT_TENANT, type KeyScope } from '../../src/contract/records.ts';
import { sha256Hex } from '../../src/platform/digest.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { hasPython, PYTHON } from '../support/python.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testStoreOf } from '../support/test-store.ts';

const SCRIPT = fileURLToPath(new URL('./python_sdk.py', import.meta.url));
/** The fewest checks of a suite, so that a script that stops early does not pass. */
const FEWEST = { open: 60, tenant: 60, bound: 10 } as const;
/** The one user that the user's key sees. */
const OWNER = 'Ada Löwe';
/** A user's key reads agents and makes none, so those that its checks ask for are there. */
const AGENTS = ['agent_default', 'helper'];

type Suite = keyof typeof FEWEST;

interface Run {
  readonly checks: readonly {
    readonly client: string;
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
  readonly exitCode: number;
  readonly stderr: string;
}

/** Puts a tenant's key and a user's key into a database, before a server has it, and returns their secrets. */
const insertKeys = async (folder: string): Promise<{ tenantSecret: string; userSecret: string }> => {
  const store = await openStore((await testStoreOf(folder)).url, { use: 'command' });
  const at = Date.now();
  const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, at);
  const scope = { tenantKey, userKey: null };
  const insertKey = async (userId: string | null, scopes: readonly KeyScope[]): Promise<string> => {
    const secret = systemIds.secret();
    const key = { id: systemIds.uuid(), userId, name: null, hash: sha256Hex(secret), scopes, at, expiresAt: null };
    await store.apiKeys.create(tenantKey, key);
    return secret;
  };
  const ownerId = systemIds.uuid();
  await store.users.create(scope, { id: ownerId, name: OWNER, description: null, at });
  for (const name of AGENTS) await store.agents.create(scope, { id: systemIds.uuid(), name, description: null, at });
  const tenantSecret = await insertKey(null, ['read', 'write', 'admin']);
  const userSecret = await insertKey(ownerId, ['read', 'write']);
  await store.close();
  return { tenantSecret, userSecret };
};

const run = async (server: ServerProcess, suite: Suite, ...more: string[]): Promise<Run> => {
  const script = Bun.spawn([PYTHON, SCRIPT, server.origin, '--suite', suite, ...more], {
    env: { ...process.env, MEMFUSE_API_KEY: '', NO_PROXY: '*', LOGURU_LEVEL: 'WARNING' },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(script.stdout).text(), new Response(script.stderr).text()]);
  const lines = stdout.split('\n').filter(Boolean);
  return { checks: lines.map((line) => JSON.parse(line)), stderr, exitCode: await script.exited };
};

/** Stands in for a language model: answers each request with the prompt that it came with. */
const startEcho = () =>
  Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const { messages } = (await request.json()) as { messages: unknown };
      const message = { role: 'assistant', content: JSON.stringify(messages) };
      const choices = [{ index: 0, finish_reason: 'stop', message }];
      return Response.json({ id: 'echo', object: 'chat.completion', created: 0, model: 'fake', choices });
    },
  });

/** One test for each check that the script reports, and one for the script itself. */
const report = (suite: Suite, { checks, exitCode, stderr }: Run): void => {
  for (const { client, name, ok, detail } of checks) {
    test(`${client}: ${name}`, () => {
      if (!ok) throw new Error(detail);
    });
  }
  test('every check was made', () => {
    if (exitCode !== 0) throw new Error(stderr);
    expect(checks.length).toBeGreaterThanOrEqual(FEWEST[suite]);
  });
};

/** Which checks there are is known by making them, so they are made before the tests are registered. */
const driveSdk = async (): Promise<void> => {
  const [openFolder, keyedFolder] = [temporaryFolder(), temporaryFolder()];
  const { tenantSecret, userSecret } = await insertKeys(keyedFolder.path);
  const echo = startEcho();
  const open = await startServerProcess({ folder: openFolder.path });
  const env = { MEMFUSE_SERVER__API_KEY_VALIDATION: 'true' };
  const keyed = await startServerProcess({ folder: keyedFolder.path, env });
  const [openRun, tenantRun, boundRun] = await Promise.all([
    run(open, 'open', '--llm', echo.url.origin),
    run(keyed, 'tenant', '--key', tenantSecret),
    run(keyed, 'bound', '--key', userSecret, '--user', OWNER),
  ]);
  for (const server of [open, keyed]) server.signal('SIGTERM');
  const ends = await Promise.all([open.ended, keyed.ended]);
  await echo.stop(true);
  for (const folder of [openFolder, keyedFolder]) folder.remove();

  describe('the official Python SDK, without keys', () => report('open', openRun));
  describe("the official Python SDK, with a tenant's key", () => report('tenant', tenantRun));
  describe("the official Python SDK, with a user's key", () => report('bound', boundRun));
  test('the servers had nothing to complain about meanwhile', () => {
    const quiet = { exitCode: 0, complaints: '' };
    expect(ends.map(({ exitCode, complaints }) => ({ exitCode, complaints }))).toEqual([quiet, quiet]);
  });
};

if (hasPython(['memfuse'], 'the official Python SDK', 'pip install memfuse')) await driveSdk();
