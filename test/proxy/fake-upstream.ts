/** What the endpoint was asked in one call. */
export interface UpstreamCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** As it came. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape.
  readonly body: any;
  /** Aborts when the proxy hangs up. */
  readonly signal: AbortSignal;
}

type Behaviour = (call: UpstreamCall) => Response | Promise<Response>;

const encoder = new TextEncoder();

/** Events of a stream, as text. */
export const event = (data: object | string, type?: string): string =>
  `${type === undefined ? '' : `event: ${type}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** What of a stream comes after what has been sent. */
type Ending = 'ends' | 'breaks' | 'stalls';

const streamed = (texts: readonly string[], ending: Ending = 'ends'): Response => {
  const rest = [...texts];
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const text = rest.shift();
      if (text !== undefined) controller.enqueue(encoder.encode(text));
      else if (ending === 'ends') controller.close();
      else if (ending === 'breaks') controller.error(new Error('the cable is cut'));
      else await new Promise(() => {});
      // Each comes by itself.
      await Bun.sleep(1);
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'X-Request-Id': 'req_upstream' } });
};

export const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'fake',
  choices: [{ index: 0, delta, finish_reason }],
});

/** The events of a chat completion that says this, word by word. */
export const chatEvents = (content: string, finishReason = 'stop'): string[] => [
  event(chunk({ role: 'assistant', content: '' })),
  ...content.split(/(?<= )/).map((piece) => event(chunk({ content: piece }))),
  event(chunk({}, finishReason)),
  event('[DONE]'),
];

export const completion = (message: object, finish_reason = 'stop'): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'fake',
  choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

export const responseOf = (text: string, fields: object = {}): object => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'fake',
  incomplete_details: null,
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  ...fields,
});

/** The events of a response that says this, word by word. */
export const responseEvents = (
  text: string,
  last: object = responseOf(text),
  type = 'response.completed',
): string[] => [
  event(
    { type: 'response.created', response: { ...responseOf(''), status: 'in_progress', output: [] } },
    'response.created',
  ),
  ...text
    .split(/(?<= )/)
    .map((delta) =>
      event(
        { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 1, content_index: 0, delta },
        'response.output_text.delta',
      ),
    ),
  event({ type, response: last }, type),
];

/** How an endpoint can behave. */
export const BEHAVIOURS = {
  says: (content: string) => () => Response.json(completion({ content })),
  answers: (body: object, init?: ResponseInit) => () => Response.json(body, init),
  streams: (texts: readonly string[], ending?: Ending) => () => streamed(texts, ending),
  hangs: () => new Promise<Response>(() => {}),
} satisfies Record<string, Behaviour | ((...args: never[]) => Behaviour)>;

/** An OpenAI-compatible endpoint over real HTTP that behaves as told, call after call, and says "Yes." when nothing is told. */
export const startFakeUpstream = () => {
  const calls: UpstreamCall[] = [];
  const next: Behaviour[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const text = await request.text();
      const { pathname: path } = new URL(request.url);
      const { method, headers, signal } = request;
      const call = { method, path, headers, text, body: text ? JSON.parse(text) : null, signal };
      calls.push(call);
      return (next.shift() ?? BEHAVIOURS.says('Yes.'))(call);
    },
  });
  return {
    baseUrl: `${server.url.origin}/v1`,
    calls,
    /** The last call; fails when there was none. */
    last: (): UpstreamCall => {
      const call = calls.at(-1);
      if (!call) throw new Error('The endpoint was not asked.');
      return call;
    },
    behave: (...behaviours: Behaviour[]) => {
      next.push(...behaviours);
    },
    stop: () => server.stop(true),
  };
};

export type FakeUpstream = ReturnType<typeof startFakeUpstream>;
