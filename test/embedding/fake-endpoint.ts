/** What the endpoint was asked in one call. */
export interface EndpointCall {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly authorization: string | null;
  readonly path: string;
}

type Behaviour = (call: EndpointCall) => Response | Promise<Response>;

export const DIMENSIONS = 4;

const embeddings = (input: readonly string[], dimensions: number): Response =>
  Response.json({
    object: 'list',
    model: 'fake',
    data: input.map((text, index) => ({
      object: 'embedding',
      index,
      // Far from length 1, and telling of the text.
      embedding: Array.from({ length: dimensions }, (_, k) => (k === 0 ? 10 * text.length : 3)),
    })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });

const failure = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { message: 'secret words of the endpoint', type: 'error' } }, { status, headers });

/** How an endpoint can behave. */
export const BEHAVIOURS = {
  well: ({ input }: EndpointCall) => embeddings(input, DIMENSIONS),
  hangs: () => new Promise<Response>(() => {}),
  /** Sends the head of an answer and never its body. */
  stalls: () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
  fails: () => failure(503),
  busy: (headers: Record<string, string>) => () => failure(429, headers),
  refuses: (status: number) => () => failure(status),
  html: () => new Response('<html>Bad gateway</html>', { headers: { 'Content-Type': 'text/html' } }),
  otherJson: () => Response.json({ hello: 'world' }),
  tooFew: ({ input }: EndpointCall) => embeddings(input.slice(1), DIMENSIONS),
  notNumbers: () => Response.json({ data: [{ embedding: ['a', null], index: 0 }] }),
  otherSize: ({ input }: EndpointCall) => embeddings(input, DIMENSIONS + 1),
} satisfies Record<string, Behaviour | ((...args: never[]) => Behaviour)>;

/** An OpenAI-compatible endpoint over real HTTP that behaves as told, call after call, and well when nothing is told. */
export const startFakeEndpoint = () => {
  const calls: EndpointCall[] = [];
  const next: Behaviour[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const body = (await request.json()) as Pick<EndpointCall, 'model' | 'input' | 'dimensions'>;
      const path = new URL(request.url).pathname;
      const call = { ...body, path, authorization: request.headers.get('Authorization') };
      calls.push(call);
      return (next.shift() ?? BEHAVIOURS.well)(call);
    },
  });
  return {
    baseUrl: `${server.url.origin}/v1`,
    calls,
    behave: (...behaviours: Behaviour[]) => {
      next.push(...behaviours);
    },
    stop: () => server.stop(true),
  };
};
