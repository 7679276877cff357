/** A session, and the texts that were acknowledged in it, in order. */
export interface Written {
  readonly sessionId: string;
  readonly acknowledged: string[];
}

export interface Writing {
  readonly written: readonly Written[];
  /** When the last add was acknowledged, in milliseconds of this process. */
  lastAtMs(): number;
  /** Answers other than 201, by status. */
  readonly refused: ReadonlyMap<number, number>;
  /** Has each client end what it is at. */
  stop(): Promise<void>;
}

const call = async <T>(origin: string, method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { data: T }).data;
};

type Created = Readonly<Record<'user' | 'agent' | 'session', { readonly id: string }>>;

/** Clients that each add one message after the other to a session of their own, each until it is acknowledged. */
export const startWriting = async (origins: readonly string[], clients: number): Promise<Writing> => {
  const [first = ''] = origins;
  const { agent } = await call<Created>(first, 'POST', '/agents', { name: 'agent' });
  const sessionOf = async (i: number): Promise<Written> => {
    const { user } = await call<Created>(first, 'POST', '/users', { name: `user ${i}` });
    const { session } = await call<Created>(first, 'POST', '/sessions', { user_id: user.id, agent_id: agent.id });
    return { sessionId: session.id, acknowledged: [] };
  };
  const written = await Promise.all(Array.from({ length: clients }, (_, i) => sessionOf(i)));
  const refused = new Map<number, number>();
  let isOver = false;
  let lastAtMs = 0;
  const write = async ({ sessionId, acknowledged }: Written, origin: string): Promise<void> => {
    while (!isOver) {
      const text = `text ${acknowledged.length} of ${sessionId}`;
      const { status } = await fetch(`${origin}/api/v1/sessions/${sessionId}/messages`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': text },
        body: JSON.stringify({ messages: [{ role: 'user', content: text }] }),
      });
      if (status !== 201) {
        refused.set(status, (refused.get(status) ?? 0) + 1);
        await Bun.sleep(20);
        continue;
      }
      acknowledged.push(text);
      lastAtMs = performance.now();
    }
  };
  const writing = Promise.all(written.map((one, i) => write(one, origins[i % origins.length] ?? first)));
  return {
    written,
    refused,
    lastAtMs: () => lastAtMs,
    stop: async () => {
      isOver = true;
      await writing;
    },
  };
};

/** The messages of a session as a server has them, oldest first. */
export const listWritten = async (origin: string, sessionId: string): Promise<string[]> => {
  const texts: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    type Page = { readonly messages: readonly { readonly content: string }[]; readonly next_cursor: string | null };
    const page: Page = await call(
      origin,
      'GET',
      `/sessions/${sessionId}/messages?limit=100&order=asc&cursor=${cursor}`,
    );
    texts.push(...page.messages.map(({ content }) => content));
    cursor = page.next_cursor;
  }
  return texts;
};
