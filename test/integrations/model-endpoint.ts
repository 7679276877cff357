/** What the model does when it is asked. */
export interface Reply {
  readonly text?: string;
  readonly call?: { readonly name: string; readonly input: object };
  /** Refuses in place of a reply. */
  readonly status?: number;
  /** Why the reply ends; `stop`, or `tool_calls` with a call, when absent. */
  readonly finish?: string;
  /** A stream that breaks after its first piece: at its end nothing says that it is one, or the connection is lost. */
  readonly cut?: 'silently' | 'by error';
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape.
type Json = any;

export interface ModelEndpoint {
  readonly baseURL: string;
  /** Bodies of the requests, in their order. */
  readonly requests: Json[];
  /** What comes next, one reply after the other; the last one again and again. */
  next(...replies: Reply[]): void;
  stop(): Promise<void>;
}

const piecesOf = (text: string): string[] => text.match(/.{1,8}/gs) ?? [];
const base = { id: 'r1', created: 0, model: 'fake' };
const callOf = ({ name, input }: NonNullable<Reply['call']>) => ({
  id: 'call1',
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});
const finishOf = ({ finish, call }: Reply): string => finish ?? (call ? 'tool_calls' : 'stop');
const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

const chat = (reply: Reply) => {
  const { text, call } = reply;
  const message = { role: 'assistant', content: text ?? null, ...(call && { tool_calls: [callOf(call)] }) };
  return {
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishOf(reply) }],
    usage: USAGE,
  };
};

const chatEvents = (reply: Reply): object[] => {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const calls = reply.call ? [chunk({ tool_calls: [{ index: 0, ...callOf(reply.call) }] })] : [];
  const texts = piecesOf(reply.text ?? '').map((content) => chunk({ content }));
  return [chunk({ role: 'assistant', content: '' }), ...texts, ...calls, chunk({}, finishOf(reply))];
};

const response = ({ text, call, finish }: Reply) => {
  const message = { id: 'm1', type: 'message', role: 'assistant', status: 'completed' };
  const part = { type: 'output_text', text: text ?? '', annotations: [], logprobs: [] };
  const called = call && { id: 'f1', type: 'function_call', status: 'completed', call_id: 'call1', name: call.name };
  return {
    id: 'resp1',
    object: 'response',
    created_at: 0,
    model: 'fake',
    status: finish ?? 'completed',
    error: null,
    incomplete_details: finish === 'incomplete' ? { reason: 'content_filter' } : null,
    output: [
      ...(text === undefined ? [] : [{ ...message, content: [part] }]),
      ...(called ? [{ ...called, arguments: JSON.stringify(call.input) }] : []),
    ],
  };
};

const responseEvents = (reply: Reply): object[] => {
  const whole = response(reply);
  const delta = { type: 'response.output_text.delta', item_id: 'm1', output_index: 0, content_index: 0, logprobs: [] };
  const opening = [
    { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...whole.output[0], content: [], arguments: '' } },
    ...(reply.text === undefined
      ? []
      : [
          {
            ...{ type: 'response.content_part.added', item_id: 'm1', output_index: 0, content_index: 0 },
            part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
          },
        ]),
  ];
  const texts = piecesOf(reply.text ?? '').map((text) => ({ ...delta, delta: text }));
  const events = [...opening, ...texts, { type: `response.${whole.status}`, response: whole }];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
};

const streamOf = (events: object[], named: boolean, { cut }: Reply): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const shown = cut ? events.slice(0, -2) : events;
  const lines = shown.map((event) => {
    const name = named ? `event: ${(event as { type: string }).type}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  if (!cut && !named) lines.push('data: [DONE]\n\n');
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      const line = lines[at];
      at += 1;
      if (line !== undefined) controller.enqueue(encoder.encode(line));
      else if (cut === 'by error') controller.error();
      else controller.close();
    },
  });
};

/** A model behind an OpenAI-compatible endpoint, over real HTTP: chat completions and responses, streamed and not. */
export const startModel = (): ModelEndpoint => {
  const requests: Json[] = [];
  let replies: Reply[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const body = (await request.json()) as Json;
      requests.push(body);
      const [reply = {}] = replies.length > 1 ? replies.splice(0, 1) : replies;
      if (reply.status) return Response.json({ error: { message: 'no', type: 'x' } }, { status: reply.status });
      const isChat = new URL(request.url).pathname.endsWith('/chat/completions');
      if (!body.stream) return Response.json(isChat ? chat(reply) : response(reply));
      const events = isChat ? chatEvents(reply) : responseEvents(reply);
      return new Response(streamOf(events, !isChat, reply), { headers: { 'Content-Type': 'text/event-stream' } });
    },
  });
  return {
    baseURL: `${server.url.origin}/v1`,
    requests,
    next: (...coming) => {
      replies = coming;
    },
    stop: () => server.stop(true),
  };
};
