import { type ApiCall, ApiRefusal } from '../api/call.ts';
import { memories } from '../api/memories.ts';
import { sha256Hex } from '../platform/digest.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import type { Dialect, Reply } from './dialect.ts';
import { readAlong } from './read-along.ts';
import { recall, type Who } from './recall.ts';
import { createSessionNames } from './session-names.ts';
import { type Fields, newTurns, type Turn, toRemember } from './turn.ts';
import { askUpstream, returnedHeaders, UpstreamError } from './upstream.ts';

export interface ProxyOptions {
  readonly settings: () => {
    readonly base_url?: string | undefined;
    readonly max_context_tokens: number;
    readonly recall_timeout_ms: number;
    readonly timeout_ms: number;
  };
  readonly scheduler: Scheduler;
  /** Told of what failed when nobody can be answered any more. */
  readonly onFailure: (operation: string, error: unknown) => void;
}

/** What a request to the endpoint takes, whatever it asks for. */
export interface Forwarded {
  readonly headers: Headers;
  readonly search: string;
  readonly authorization: string | null;
  /** Ends when the client hangs up. */
  readonly signal: AbortSignal;
}

export interface ChatRequest extends Forwarded {
  readonly body: Fields;
  readonly who: Who;
  /** The client's own key for a request that takes effect once. */
  readonly idempotencyKey: string | null;
  /** Calls the API for whom the request is. */
  readonly call: ApiCall;
}

export interface ChatAnswer {
  readonly response: Response;
  /** Resolves when the client has the whole answer, or will not get it. */
  readonly ended: Promise<void>;
}

/** An answer with more headers than it came with. */
const returned = (
  answer: Response,
  body: ReadableStream<Uint8Array> | null,
  more: Record<string, string>,
): Response => {
  const headers = returnedHeaders(answer.headers);
  for (const [name, value] of Object.entries(more)) headers.append(name, value);
  return new Response(body, { status: answer.status, headers });
};

const isEvents = ({ headers }: Response): boolean =>
  headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;

/**
 * Passes requests on to an OpenAI-compatible endpoint, with what is remembered beside their instructions, and its answers
 * back as they come. The new turns of a request and the reply to them are remembered together, once the reply came whole.
 */
export const createProxy = ({ settings, scheduler, onFailure }: ProxyOptions) => {
  const sessions = createSessionNames();

  const tooSlow = (): UpstreamError =>
    new UpstreamError(
      504,
      `The endpoint of proxy.base_url sent nothing for ${settings().timeout_ms} ms, which is proxy.timeout_ms.`,
    );

  const brokenOff = (cause: unknown): UpstreamError =>
    new UpstreamError(502, 'The endpoint of proxy.base_url broke its answer off.', cause);

  /** Asks the endpoint, and gives up when no answer begins. The signal of the answer's body is `stop`. */
  const ask = async (
    { headers, search, authorization, signal }: Forwarded,
    request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string },
    stop: AbortController,
  ): Promise<Response> => {
    const cancel = scheduler.after(settings().timeout_ms, () => stop.abort(tooSlow()));
    const hangUp = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', hangUp);
    try {
      if (signal.aborted) hangUp();
      const forwarded = { ...request, headers, search, authorization, signal: stop.signal };
      return await askUpstream(settings().base_url ?? '', forwarded);
    } finally {
      cancel();
      signal.removeEventListener('abort', hangUp);
    }
  };

  const remember = async (
    { call, who, idempotencyKey }: ChatRequest,
    path: string,
    turns: readonly Turn[],
    reply: Reply,
  ) => {
    const session = sessions.after(turns, reply, who);
    const fresh = newTurns(turns);
    const messages = [...fresh, reply.turn].map(toRemember).filter((message) => message !== null);
    // What goes on from a reply of the assistant's that it began itself is nobody's new turn.
    if (fresh.length === 0 || messages.length === 0) return;
    const key = idempotencyKey === null ? null : sha256Hex(JSON.stringify([path, idempotencyKey]));
    try {
      await call(memories.add, {
        body: { user: who.user, agent: who.agent, session, messages },
        ...(key !== null && { headers: { 'Idempotency-Key': key } }),
      });
    } catch (error) {
      // The reply to the first of two requests with one key is remembered, whatever the second came to.
      if (!(error instanceof ApiRefusal && error.field === 'idempotency_key')) throw error;
    }
  };

  return {
    /** A request for a reply. Errors: `UpstreamError`; those of recalling, beside refusals. */
    chat: async (
      dialect: Dialect,
      request: ChatRequest,
    ): Promise<ChatAnswer & { readonly degraded: readonly string[] }> => {
      const { call, body } = request;
      const { max_context_tokens: maxTokens, recall_timeout_ms: timeoutMs, timeout_ms } = settings();
      const turns = dialect.turnsIn(body);
      const session = request.who.session ?? sessions.before(dialect, body, turns, request.who);
      const who = { ...request.who, session };
      const startedMs = performance.now();
      const { text, tokens, degraded } = await recall(call, turns, who, { maxTokens, timeoutMs });
      const recallMs = performance.now() - startedMs;
      const sent = JSON.stringify(text === null ? body : dialect.withInstruction(body, text));
      const stop = new AbortController();
      const answer = await ask(request, { method: 'POST', path: dialect.path, body: sent }, stop);
      const headers = {
        'X-Memfuse-Context-Tokens': String(tokens),
        'Server-Timing': `recall;dur=${recallMs.toFixed(3)}`,
      };
      if (!answer.ok || !answer.body) {
        return { response: returned(answer, answer.body, headers), ended: Promise.resolve(), degraded };
      }
      const ended = Promise.withResolvers<void>();
      const along = readAlong(answer.body, {
        dialect,
        isEvents: isEvents(answer),
        scheduler,
        limitMs: timeout_ms,
        tooSlow,
        onReply: (reply) =>
          remember({ ...request, who }, dialect.path, turns, reply).catch((error) =>
            onFailure('remembering of a proxied reply', error),
          ),
        onEnd: (error) => {
          if (error !== null) onFailure('proxied stream', error instanceof UpstreamError ? error : brokenOff(error));
          ended.resolve();
        },
        hangUp: () => stop.abort(),
      });
      return { response: returned(answer, along, headers), ended: ended.promise, degraded };
    },

    /** A request that has nothing to do with memory. Errors: `UpstreamError`. */
    pass: async (path: string, request: Forwarded): Promise<Response> => {
      const answer = await ask(request, { method: 'GET', path }, new AbortController());
      return returned(answer, answer.body, {});
    },
  };
};

export type Proxy = ReturnType<typeof createProxy>;
