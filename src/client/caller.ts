import type { Answer, CallInput, OperationId, Operations } from './operations.ts';
import { ROUTES } from './routes.ts';
import { type CallOptions, type OutgoingFile, Transport } from './transport.ts';

export interface MemFuseOptions {
  /** Where the server is; http://127.0.0.1:8000 when absent. */
  readonly baseUrl?: string;
  /** Needed when the server asks for keys. */
  readonly apiKey?: string;
  /** Longest wait for each try, in milliseconds; 30,000 when absent. */
  readonly timeoutMs?: number;
  /** Further tries after one that may do better later; 2 when absent. */
  readonly retries?: number;
  /** Another fetch than the runtime's. */
  readonly fetch?: typeof fetch;
}

const PREFIX = '/api/v1';
const DEFAULTS = { baseUrl: 'http://127.0.0.1:8000', timeoutMs: 30_000, retries: 2 };

/** The calls that create, and so take an Idempotency-Key. */
const CREATES: ReadonlySet<OperationId> = new Set([
  'createUser',
  'createAgent',
  'createSession',
  'addMessages',
  'addMemories',
  'addKnowledge',
  'createApiKey',
] satisfies OperationId[]);

type QueryString = Readonly<Record<string, string | number | boolean | undefined>>;

const addressOf = (path: string, parts: Readonly<Record<string, string>>, query: QueryString): string => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const part = parts[name];
    if (!part) throw new TypeError(`The call needs a ${name}, and got ${JSON.stringify(part)}.`);
    return encodeURIComponent(part);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${PREFIX}${filled}${search.size > 0 ? `?${search}` : ''}`;
};

/** What makes the calls of the API, each by its operation id. */
export class Caller {
  readonly #transport: Transport;

  /** Errors: `TypeError` for a `baseUrl` that is no address of a server. */
  constructor(options: MemFuseOptions = {}) {
    const { baseUrl = DEFAULTS.baseUrl, apiKey, timeoutMs = DEFAULTS.timeoutMs, retries = DEFAULTS.retries } = options;
    if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
      throw new TypeError(`baseUrl must begin with http:// or https://, and is ${JSON.stringify(baseUrl)}.`);
    }
    // Bound, since browsers refuse a fetch that is called as a method of something else.
    const send = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#transport = new Transport({ baseUrl, apiKey, timeoutMs, retries, fetch: send });
  }

  /** Makes one call of the API by its operation id and answers its `data`. Errors: `MemFuseError`. */
  async call<I extends OperationId>(
    id: I,
    input: CallInput<Operations[I]>,
    options?: CallOptions,
  ): Promise<Answer<Operations[I]>> {
    const {
      path = {},
      query = {},
      body,
    } = input as { path?: Record<string, string>; query?: QueryString; body?: unknown };
    const [method = '', route = ''] = ROUTES[id].split(' ');
    const request = { method, path: addressOf(route, path, query), body, creates: CREATES.has(id) };
    return (await this.#transport.send(request, options)) as Answer<Operations[I]>;
  }

  /** Makes a call whose body or answer is a file. Errors: `MemFuseError`. */
  protected exchange<I extends OperationId>(
    id: I,
    input: CallInput<Operations[I]>,
    file: OutgoingFile | null,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { path = {}, query = {} } = input as { path?: Record<string, string>; query?: QueryString };
    const [method = '', route = ''] = ROUTES[id].split(' ');
    return this.#transport.exchange({ method, path: addressOf(route, path, query) }, file, signal);
  }
}
