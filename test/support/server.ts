import { LINES } from '../../src/api/transfer.ts';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { createApp } from '../../src/http/app.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { type Ids, systemIds } from '../../src/platform/ids.ts';
import { createLog } from '../../src/platform/log.ts';
import { type Scheduler, systemScheduler } from '../../src/platform/scheduler.ts';
import { openConsoleFiles } from '../../src/services/console-files.ts';
import { docsAsset } from '../../src/services/docs-assets.ts';
import { type Outside, ServiceFactory } from '../../src/services/service-factory.ts';
import { assertShape } from './answer-shapes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { type TestStore, testStoreOf } from './test-store.ts';

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; null when there was none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

export interface TestServer {
  /** Base address with the API's prefix, such as http://127.0.0.1:40123/api/v1. */
  readonly api: string;
  readonly origin: string;
  readonly services: ServiceFactory;
  /** Where it stores, to be looked at beside it. */
  readonly stored: TestStore;
  /** Paths of the requests whose connections are let be though nothing moves on them. */
  readonly resting: readonly string[];
  /** Sends a request over a real socket. `body` is sent as JSON unless it is a string or bytes. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** Settings by dotted path, such as `server.max_messages`. */
  readonly settings?: Record<string, unknown>;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** For the edge alone. */
  readonly scheduler?: Scheduler;
  /** For everything behind it. */
  readonly serviceScheduler?: Scheduler;
  /** In place of Workers and connections of the server's own. */
  readonly outside?: Partial<Outside>;
  /** In place of `settings`: reads them from somewhere, given the folder for the data. */
  readonly config?: (folder: string) => Promise<GlobalConfig>;
}

/** What an answer holds; the lines of an export stay text. */
// biome-ignore lint/suspicious/noExplicitAny: as in TestAnswer.
const bodyOf = ({ headers }: Response, text: string): any => {
  if (text === '') return null;
  return headers.get('Content-Type') === LINES ? text : JSON.parse(text);
};

/** A whole server on a free port with a database of its own: real sockets, a real engine, real Workers. */
export const startServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const folder = temporaryFolder();
  const given = options.settings?.['data_dir'];
  const stored = await testStoreOf(typeof given === 'string' ? given : folder.path);
  // What episodes and facts add to tasks and results is told by tests of their own, which turn them on.
  const usual = {
    data_dir: folder.path,
    'server.port': 0,
    'server.log_level': 'silent',
    'memory.episodes.enabled': false,
    'memory.facts.enabled': false,
  };
  // A test that brings its own store, or its own way to settings, says where that is.
  const isOwn = options.outside?.connections !== undefined;
  const wanted = { ...usual, ...(!isOwn && stored.settings), ...options.settings };
  const entries = Object.entries(wanted).map(([path, value]) => ({ path, value, source: 'test' }));
  const config = (await options.config?.(folder.path)) ?? GlobalConfig.of(settingsFrom(entries));
  const log = createLog(() => config.current.server.log_level);
  const { clock = systemClock, ids = systemIds, scheduler = systemScheduler } = options;
  const outside = options.outside ?? {};
  const { serviceScheduler = systemScheduler } = options;
  const services = await ServiceFactory.initializeGlobals(config, {
    clock,
    ids,
    log,
    outside,
    scheduler: serviceScheduler,
  });
  const app = await createApp({ services, clock, ids, scheduler, log, docsAsset, consoleFile: openConsoleFiles() });
  const resting: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, bun) =>
      app(request, {
        address: () => bun.requestIP(request)?.address ?? null,
        letRest: () => resting.push(new URL(request.url).pathname),
      }),
  });
  const { origin } = server.url;

  return {
    origin,
    api: `${origin}/api/v1`,
    services,
    stored,
    resting,
    call: async (method, path, body, headers = {}) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(path.startsWith('http') ? path : `${origin}/api/v1${path}`, {
        method,
        headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = { status: response.status, headers: response.headers, body: bodyOf(response, text) };
      if (response.ok) assertShape(method, path, response.status, answer.body?.data);
      return answer;
    },
    stop: async () => {
      await server.stop(true);
      await services.close();
      if (given === undefined) await stored.remove();
      folder.remove();
    },
  };
};

/** A user, an agent and a session between them, ready to talk. */
export const startConversation = async (
  server: TestServer,
  name = 'alice',
): Promise<{ userId: string; agentId: string; sessionId: string }> => {
  const user = await server.call('POST', '/users', { name });
  const agent = await server.call('POST', '/agents', { name: `${name}'s agent` });
  const userId = user.body.data.user.id;
  const agentId = agent.body.data.agent.id;
  const session = await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId });
  return { userId, agentId, sessionId: session.body.data.session.id };
};
