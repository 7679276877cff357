import { join } from 'node:path';
import { type ServerProcess, startProcess } from './server-process.ts';
import { interleave, median, quantile, type Result, result, type Suite } from './suite.ts';
import { createSpeech } from './workload.ts';

const MAIN = join(import.meta.dir, '..', '..', 'src', 'main.ts');
const MODEL = join(import.meta.dir, 'fake-model.ts');
/** What the user of the proxy has said before. */
const REMEMBERED = 2_000;
const MESSAGES_AT_A_TIME = 200;
const MAX_ADDED_MS = 5;

interface Plan {
  readonly rounds: number;
  readonly requests: number;
}

/** Milliseconds until each of so many requests, one after the other, was answered whole. */
const latencies = async (requests: number, send: () => Promise<Response>): Promise<number[]> => {
  const tookMs: number[] = [];
  for (let i = 0; i < requests; i += 1) {
    const startedMs = performance.now();
    const answer = await send();
    const text = await answer.text();
    if (!answer.ok) throw new Error(`A request was answered ${answer.status}: ${text}`);
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
};

const post = (port: number, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Somebody with a past, all of it indexed. */
const remember = async (server: ServerProcess, speech: ReturnType<typeof createSpeech>): Promise<void> => {
  for (let i = 0; i < REMEMBERED; i += MESSAGES_AT_A_TIME) {
    const messages = Array.from({ length: MESSAGES_AT_A_TIME }, () => ({ role: 'user', content: speech.turn() }));
    const path = '/api/v1/memories?wait_for=indexed&timeout_ms=60000';
    await server.call('POST', path, { user: 'alice', session: 'past', messages });
  }
};

const measureProxy = async (
  { rounds, requests }: Plan,
  [product, model]: readonly [ServerProcess, ServerProcess],
  speech: ReturnType<typeof createSpeech>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const [name, stream] of [
    ['chat completion', false],
    ['streamed chat completion, to its end', true],
  ] as const) {
    const ask = (port: number) => () =>
      post(
        port,
        '/v1/chat/completions',
        { model: 'fake', stream, messages: [{ role: 'user', content: speech.question() }] },
        { 'X-Memfuse-User': 'alice', 'X-Memfuse-Session': 'now' },
      );
    const { ours, theirs } = await interleave(rounds, {
      ours: () => latencies(requests, ask(product.port)),
      theirs: () => latencies(requests, ask(model.port)),
    });
    const of = (sides: readonly number[][], q: number): number[] => sides.map((tookMs) => quantile(tookMs, q));
    const added = ours.map((tookMs, i) => median(tookMs) - median(theirs[i] ?? []));
    results.push(
      result(`${name}, p50 (the endpoint itself)`, 'ms', of(ours, 0.5), { baseline: of(theirs, 0.5) }),
      result('  its p99 (the same)', 'ms', of(ours, 0.99), { baseline: of(theirs, 0.99) }),
      result('  added by the proxy, p50', 'ms', added, { target: { of: 'value', atMost: MAX_ADDED_MS } }),
    );
  }
  return results;
};

const measureMcp = async (
  { rounds, requests }: Plan,
  product: ServerProcess,
  speech: ReturnType<typeof createSpeech>,
): Promise<Result[]> => {
  const user = { 'X-Memfuse-User': 'alice' };
  const recall = () => {
    const params = { name: 'recall', arguments: { query: speech.question(), limit: 5 } };
    return post(product.port, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, user);
  };
  const search = () =>
    post(product.port, '/api/v1/memories/search', { user: 'alice', query: speech.question(), top_k: 5, fields: 'all' });
  const { ours, theirs } = await interleave(rounds, {
    ours: () => latencies(requests, recall),
    theirs: () => latencies(requests, search),
  });
  const added = ours.map((tookMs, i) => median(tookMs) - median(theirs[i] ?? []));
  return [
    result(
      'MCP tool recall, p50 (the API itself)',
      'ms',
      ours.map((tookMs) => median(tookMs)),
      { baseline: theirs.map((tookMs) => median(tookMs)) },
    ),
    result('  added by MCP, p50', 'ms', added, { target: { of: 'value', atMost: MAX_ADDED_MS } }),
  ];
};

export const surfacesSuite: Suite = {
  description: 'Latency of the proxy and of MCP, against the endpoint behind the proxy and the API itself',
  run: async ({ quick, say }) => {
    const plan = quick ? { rounds: 3, requests: 100 } : { rounds: 9, requests: 400 };
    const model = await startProcess(MODEL, { health: '/health' });
    const env = { MEMFUSE_PROXY__BASE_URL: `http://127.0.0.1:${model.port}/v1` };
    const product = await startProcess(MAIN, { health: '/api/v1/health', env });
    const speech = createSpeech();
    say(`One client, one request at a time; ${REMEMBERED} messages are remembered, each question is a new one.`);
    await remember(product, speech);
    const results = [
      ...(await measureProxy(plan, [product, model], speech)),
      ...(await measureMcp(plan, product, speech)),
    ];
    await product.stop();
    await model.stop();
    return results;
  },
};
