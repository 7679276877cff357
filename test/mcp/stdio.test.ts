import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { linesOf } from '../proxy/remembered.ts';
import { makeKey } from '../support/api-key.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { callTool } from './client.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
const clients: Client[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  folder.remove();
});

/** The official client, which starts `memfuse mcp` as a desktop program does. What it says on the error stream is gathered. */
const start = async (args: readonly string[], env: Record<string, string> = {}) => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'mcp', ...args],
    cwd: folder.path,
    env: { PATH: process.env['PATH'] ?? '', MEMFUSE_DATA_DIR: folder.path, PORT: '0', ...env },
    stderr: 'pipe',
  });
  const said: string[] = [];
  transport.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return { client, pid: transport.pid ?? 0, said: () => said.join('') };
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('without a server', () => {
  test('one is started, which stops when the client closes the stream, and what was remembered is there the next time', async () => {
    const first = await start(['--user', 'ann']);
    expect((await first.client.listTools()).tools.map(({ name }) => name)).toContain('recall');
    expect((await callTool(first.client, 'remember', { text: 'Ann is allergic to nuts.' })).isError).toBe(false);
    await first.client.close();
    await eventually('it has ended', () => !isAlive(first.pid));
    const second = await start(['--user', 'ann']);
    const { data } = await callTool(second.client, 'recall', { query: 'What must Ann not eat?' });
    expect(data.results[0].text).toBe('Ann is allergic to nuts.');
  });

  test('and with settings that cannot be used it ends with a sentence', async () => {
    const child = Bun.spawn([process.execPath, CLI, 'mcp'], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'] ?? '', MEMFUSE_DATA_DIR: folder.path, PORT: 'x' },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    expect(await child.exited).toBe(1);
    expect(await new Response(child.stdout).text()).toBe('');
    expect(await new Response(child.stderr).text()).toStartWith('server.port is "x" (PORT): ');
  });
});

describe('beside a server', () => {
  const startHere = (port = 0): Promise<ServerProcess> =>
    startServerProcess({ folder: folder.path, env: { PORT: String(port) } });

  test('that runs where the settings say, that one is used; when it is gone, another is started', async () => {
    const server = await startHere();
    const { client, said } = await start(['--user', 'bob'], { PORT: String(server.port) });
    await callTool(client, 'remember', { text: 'Bob sails.' });
    expect(said()).toBe('');
    const found = await fetch(`${server.origin}/api/v1/users?name=bob`);
    expect(found.status).toBe(200);
    await server.kill();
    const { data } = await callTool(client, 'recall', { query: 'Who sails?' });
    expect(data.results[0].text).toBe('Bob sails.');
    expect(said()).toContain('the server listens');
  });

  test('two clients at once have one server between them', async () => {
    // A port that was free a moment ago.
    const server = await startHere();
    await server.kill();
    const env = { PORT: String(server.port) };
    const [one, two] = await Promise.all([start(['--user', 'cat'], env), start(['--user', 'cat'], env)]);
    await callTool(one.client, 'remember', { text: 'Cat paints.' });
    expect((await callTool(two.client, 'recall', { query: 'Who paints?' })).data.results[0].text).toBe('Cat paints.');
    const started = [one, two].filter(({ said }) => said().includes('the server listens'));
    expect(started).toHaveLength(1);
  });
});

describe('with a server that is named', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ settings: { 'server.api_key_validation': true } });
  });
  afterEach(() => server.stop());

  test('that one is used, with the key and the names that are given', async () => {
    const key = await makeKey(server);
    const names = ['--user', 'Jürgen', '--agent', 'helper', '--session', 's 1'];
    const { client, said } = await start(['--url', `${server.origin}/`, ...names], { MEMFUSE_API_KEY: key });
    await callTool(client, 'remember', { text: 'Jürgen segelt.' });
    const asKey = {
      ...server,
      call: (method: string, path: string) => server.call(method, path, undefined, { Authorization: `Bearer ${key}` }),
    };
    expect(await linesOf(asKey as TestServer, 'Jürgen')).toEqual(['user: Jürgen segelt.']);
    expect(said()).toBe('');
  });

  test('without a key the client hears why it is refused', async () => {
    await expect(start(['--url', server.origin])).rejects.toThrow('API key is required');
  });

  test('and that does not answer the client hears so, and none is started', async () => {
    await expect(start(['--url', 'http://127.0.0.1:9'])).rejects.toThrow(
      'The server at http://127.0.0.1:9 does not answer.',
    );
  });
});
