import { BEHAVIOURS, DIMENSIONS, type EndpointCall } from '../../embedding/fake-endpoint.ts';

/** A text that holds this word is one that the endpoint refuses. */
export const POISON = 'strychnine';

type Mood =
  /** Embeds what holds no poison. */
  | 'choosy'
  /** Embeds everything. */
  | 'mended'
  /** Answers 503. */
  | 'down'
  /** Takes calls and answers none, until its mood changes. */
  | 'silent'
  /** Answers 429, a page of HTML, or vectors of another size. */
  | 'busy'
  | 'rubbish'
  | 'otherSize';

export interface EmbeddingEndpoint {
  /** How it behaves from now on; calls that it holds are answered in the new way. */
  become(mood: Mood): void;
  /** The same from the call after the next `calls` on. */
  becomeAfter(calls: number, mood: Mood): void;
  /** The texts of each call so far. */
  readonly calls: readonly (readonly string[])[];
  /** Calls that it holds. */
  readonly held: number;
  /** What makes a server embed by it. */
  readonly settings: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * An OpenAI-compatible endpoint over real HTTP that keeps to one behaviour until it is told another.
 *
 * @param vectorOf what it makes of a text, `DIMENSIONS` numbers; something of its length when left out.
 */
export const startEmbeddingEndpoint = (
  first: Mood = 'choosy',
  vectorOf: ((text: string) => readonly number[]) | null = null,
): EmbeddingEndpoint => {
  let mood = first;
  const calls: (readonly string[])[] = [];
  const held = new Set<() => void>();
  let later: { calls: number; readonly mood: Mood } | null = null;

  const become = (next: Mood): void => {
    mood = next;
    later = null;
    for (const release of held) release();
    held.clear();
  };

  const answer = async (call: EndpointCall): Promise<Response> => {
    if (later && later.calls === 0) become(later.mood);
    else if (later) later.calls -= 1;
    while (mood === 'silent') {
      await new Promise<void>((resolve) => {
        held.add(resolve);
      });
    }
    if (mood === 'down') return BEHAVIOURS.fails();
    if (mood === 'busy') return BEHAVIOURS.busy({})();
    if (mood === 'rubbish') return BEHAVIOURS.html();
    if (mood === 'otherSize') return BEHAVIOURS.otherSize(call);
    const isRefused = mood === 'choosy' && call.input.some((text) => text.includes(POISON));
    if (isRefused) return BEHAVIOURS.refuses(400)();
    if (!vectorOf) return BEHAVIOURS.well(call);
    const data = call.input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
    return Response.json({ object: 'list', model: 'fake', data, usage: { prompt_tokens: 1, total_tokens: 1 } });
  };

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    // It may be silent for as long as a test wants it to be.
    idleTimeout: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      const body = (await request.json()) as Pick<EndpointCall, 'model' | 'input'>;
      calls.push(body.input);
      return answer({ ...body, path, authorization: request.headers.get('Authorization') });
    },
  });
  return {
    become,
    becomeAfter: (count, next) => {
      later = { calls: count, mood: next };
    },
    calls,
    get held() {
      return held.size;
    },
    settings: {
      'embedding.provider': 'openai',
      'embedding.model': 'fake',
      'embedding.dimension': DIMENSIONS,
      'embedding.base_url': `${server.url.origin}/v1`,
      // The background tries again by itself.
      'embedding.max_retries': 0,
    },
    stop: () => server.stop(true),
  };
};
