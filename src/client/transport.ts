import { type FieldProblem, MemFuseError } from './errors.ts';

/** What every call may say beside what it asks for. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for each try, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Further tries after one that may do better later. */
  readonly retries?: number | undefined;
  /** Sent with a call that creates, so that it takes effect once however often it is repeated; made up when absent. */
  readonly idempotencyKey?: string | undefined;
}

export interface TransportOptions {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly fetch: typeof fetch;
}

/** A request as it goes out. */
export interface Outgoing {
  readonly method: string;
  /** Below the base address, with its query string. */
  readonly path: string;
  readonly body?: unknown;
  readonly creates: boolean;
}

/** A file that goes out, and how it is declared. */
export interface OutgoingFile {
  readonly content: BodyInit;
  readonly type: string;
}

const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

interface Envelope {
  readonly data: unknown;
  readonly message?: string;
  readonly errors?: readonly FieldProblem[] | null;
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'status' in value && 'data' in value;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `Retry-After` in milliseconds: seconds, or a date. */
const retryAfterOf = (headers: Headers): number | undefined => {
  const value = headers.get('Retry-After');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

const givenUp = (cause: unknown): MemFuseError =>
  new MemFuseError('The call was given up.', { reason: 'aborted', cause });

/** Sends requests, and sends those again that may do better later. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/$/, '') };
  }

  /** The `data` of an answer; undefined for one without a body. Errors: `MemFuseError`. */
  async send(request: Outgoing, options: CallOptions = {}): Promise<unknown> {
    const retries = options.retries ?? this.#options.retries;
    const idempotencyKey = request.creates ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
    for (let tried = 0; ; tried += 1) {
      try {
        return await this.#once(request, { ...options, idempotencyKey });
      } catch (error) {
        if (!(error instanceof MemFuseError) || tried >= retries || !this.#mayDoBetter(error)) throw error;
        const pauseMs = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random());
        await pause(Math.min(LONGEST_PAUSE_MS, pauseMs), options.signal).catch((cause) => {
          throw givenUp(cause);
        });
      }
    }
  }

  /**
   * Sends a request once, with a file as its body or none, and answers the response: for what is too large to be held, and so
   * has no time limit and is not sent again. Errors: `MemFuseError`.
   */
  async exchange(
    { method, path }: Pick<Outgoing, 'method' | 'path'>,
    file: OutgoingFile | null,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { baseUrl, apiKey, fetch: send } = this.#options;
    let response: Response;
    try {
      response = await send(baseUrl + path, {
        method,
        headers: {
          ...(file && { 'Content-Type': file.type }),
          ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
        },
        // Node sends a stream only when it is told that the answer comes after it.
        ...(file && { body: file.content, duplex: 'half' }),
        // Bun gives up after five minutes in which nothing comes, when it is not told otherwise; others take no notice.
        ...{ timeout: false },
        ...(signal && { signal }),
      });
    } catch (cause) {
      throw signal?.aborted ? givenUp(cause) : this.#unreachable(cause);
    }
    if (!response.ok) this.#dataOf(response, await response.text());
    return response;
  }

  #unreachable(cause: unknown): MemFuseError {
    const message = `Nothing answers at ${this.#options.baseUrl}. Start a server with "memfuse serve", or correct baseUrl.`;
    return new MemFuseError(message, { reason: 'unreachable', cause });
  }

  #mayDoBetter({ reason, status }: MemFuseError): boolean {
    if (reason === 'refused' || reason === 'foreign') return status !== undefined && RETRIED.has(status);
    return reason !== 'aborted';
  }

  async #once({ method, path, body, creates }: Outgoing, { signal, timeoutMs, idempotencyKey }: CallOptions) {
    const { baseUrl, apiKey, fetch: send } = this.#options;
    const limitMs = timeoutMs ?? this.#options.timeoutMs;
    const late = AbortSignal.timeout(limitMs);
    let response: Response;
    let text: string;
    try {
      response = await send(baseUrl + path, {
        method,
        headers: {
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
          ...(creates && idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted) throw givenUp(cause);
      if (late.aborted) {
        const message = `${baseUrl} did not answer within ${limitMs} ms. Raise timeoutMs, or look whether the server is busy.`;
        throw new MemFuseError(message, { reason: 'timeout', cause });
      }
      throw this.#unreachable(cause);
    }
    return this.#dataOf(response, text);
  }

  /** The `data` of an answer. Errors: `MemFuseError` for a refusal, and for what is no answer of a server. */
  #dataOf(response: Response, text: string): unknown {
    const { baseUrl, apiKey } = this.#options;
    if (response.ok && text === '') return undefined;
    const answer = parsed(text);
    const details = {
      status: response.status,
      requestId: response.headers.get('X-Request-Id') ?? undefined,
      retryAfterMs: retryAfterOf(response.headers),
    };
    if (!isEnvelope(answer)) {
      // Outside of the API, such as /health/ready, a body is what it is.
      if (response.ok && answer !== undefined) return answer;
      const message = `${baseUrl} answered ${response.status}, but not as a MemFuse server does. Correct baseUrl, or look at what stands before the server.`;
      throw new MemFuseError(message, { reason: 'foreign', ...details });
    }
    if (response.ok) return answer.data;
    const errors = answer.errors ?? [];
    const message = messageOf(answer, response.status, apiKey !== undefined);
    throw new MemFuseError(message, { reason: 'refused', errors, ...details });
  }
}

const messageOf = ({ message = 'Refused', errors }: Envelope, status: number, hasKey: boolean): string => {
  const further = (errors ?? []).filter((error) => error.message !== message);
  const told = further.map((error) => `${error.field}: ${error.message}`).join('; ');
  const way =
    status === 401
      ? ` ${hasKey ? 'The server does not know this apiKey.' : 'The server asks for a key: give it as apiKey.'}`
      : '';
  return `${message}${told && ` (${told})`}${way}`;
};
