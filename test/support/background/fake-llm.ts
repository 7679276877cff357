/** What a model was asked in one call. */
export interface LlmCall {
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape.
  readonly body: any;
}

type Mood = 'well' | 'down' | 'busy' | 'rubbish' | 'wrongSchema' | 'halfAnswer' | 'silent' | 'closed';

export interface FakeLlm {
  readonly baseUrl: string;
  readonly calls: readonly LlmCall[];
  become(mood: Mood): void;
  stop(): void;
}

const completion = (content: string): Response =>
  Response.json({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'fake',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 },
  });

/**
 * An OpenAI-compatible endpoint of a language model over real HTTP.
 * @param answer what it makes of a request, as the object that it was asked for.
 */
export const startFakeLlm = (answer: (call: LlmCall) => object): FakeLlm => {
  const calls: LlmCall[] = [];
  let mood: Mood = 'well';
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const call = { headers: request.headers, body: await request.json() };
      calls.push(call);
      switch (mood) {
        case 'well':
          return completion(JSON.stringify(answer(call)));
        case 'down':
          return new Response('no', { status: 503 });
        case 'busy':
          return new Response('later', { status: 429, headers: { 'Retry-After': '1' } });
        case 'rubbish':
          return new Response('<html>');
        case 'wrongSchema':
          return completion('{"colour": 7, "facts": "none"}');
        case 'halfAnswer':
          return completion('{"colour": "re');
        case 'silent':
          return new Promise<Response>(() => {});
        case 'closed':
          return new Response(
            new ReadableStream({ pull: (controller) => controller.error(new Error('the cable is cut')) }),
            { headers: { 'Content-Type': 'application/json' } },
          );
        default:
          return mood satisfies never;
      }
    },
  });
  return {
    baseUrl: `${server.url.origin}/v1`,
    calls,
    become: (next) => {
      mood = next;
    },
    stop: () => void server.stop(true),
  };
};
