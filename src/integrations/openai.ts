import { chatCompletions } from './openai/chat-completions.ts';
import type { Dialect, Fields } from './openai/dialect.ts';
import { readAlong } from './openai/read-along.ts';
import { responses } from './openai/responses.ts';
import { Remembering, type RememberingOptions, type Turn } from './recall.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What of the official client is needed: one like it with another `fetch`. */
interface OpenAIClient {
  withOptions(options: { readonly fetch?: Fetch }): unknown;
}

const DIALECTS: readonly Dialect[] = [chatCompletions, responses];

const dialectOf = (input: string | URL | Request, init: RequestInit | undefined): Dialect | undefined => {
  if (init?.method?.toUpperCase() !== 'POST') return undefined;
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  return DIALECTS.find(({ path }) => pathname.endsWith(path));
};

const parsed = (body: unknown): Fields | null => {
  if (typeof body !== 'string') return null;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    // It is the endpoint's to refuse.
    return null;
  }
};

/** A fetch that puts memory into requests for a reply, and reads the replies along. */
const rememberingFetch = (send: Fetch, remembering: Remembering): Fetch => {
  /** What was last asked, for requests that only refer to it. */
  let last: readonly Turn[] = [];
  return async (input, init) => {
    const dialect = dialectOf(input, init);
    const asking = dialect ? parsed(init?.body) : null;
    if (!dialect || !asking) return send(input, init);
    const turns = dialect.turnsIn(asking);
    if (turns.some(({ role }) => role === 'user')) last = turns;
    const asked = turns.length === 0 && dialect.refersBack(asking) ? last : turns;
    const recalled = await remembering.recall(asked, {}, init?.signal ?? undefined);
    const told = recalled ? { ...init, body: JSON.stringify(dialect.withInstruction(asking, recalled)) } : init;
    const response = await send(input, told);
    if (!response.ok || !response.body) return response;
    const reply = asking['stream'] === true ? dialect.openReply() : dialect.openAnswer();
    const body = readAlong(response.body, reply, (text) => remembering.remember(turns, text));
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
};

/**
 * A client like the one that is given, with memory: `chat.completions` and `responses`, streamed or not, and all that is made
 * of them, such as `parse`, `stream` and `runTools`. What bears on the conversation is put beside its instructions; what the
 * user and the model say is remembered once the reply has come whole. Everything else passes as it is.
 *
 * @example
 * const openai = withMemory(new OpenAI(), { user: 'alice' });
 */
export const withMemory = <Client extends OpenAIClient>(client: Client, options: RememberingOptions): Client => {
  const own: unknown = Reflect.get(client, 'fetch');
  const send = typeof own === 'function' ? (own as Fetch) : globalThis.fetch;
  return client.withOptions({ fetch: rememberingFetch(send, new Remembering(options)) }) as Client;
};

export type { RememberingOptions } from './recall.ts';
