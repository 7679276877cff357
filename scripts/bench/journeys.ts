import { getBytes, postBytes } from './load-client.ts';
import type { Person } from './people.ts';
import { quantile } from './suite.ts';

/** One request of a journey. */
export interface Step {
  readonly name: string;
  /** Head and body. */
  readonly bytes: string;
  /** The status that its answer must have. */
  readonly status: number;
}

export interface JourneysOptions {
  readonly port: number;
  /** Each takes one journey after the other, with one request under way. */
  readonly connections: number;
  /** Journeys in all; absent: as many as fit into `durationMs`. */
  readonly count?: number;
  readonly durationMs?: number;
  /** The steps of a journey, made one after the other. */
  readonly steps: (journey: number) => readonly Step[];
}

export interface Journeys {
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds of each journey, and of each request by the name of its step. */
  readonly totalsMs: readonly number[];
  readonly stepsMs: ReadonlyMap<string, readonly number[]>;
  /** Requests that were answered otherwise than they must be, and what the first of them got. */
  readonly errors: number;
  readonly firstError: string | null;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: (\d+)/i;
const UNTIL_ANSWERED_MS = 60_000;
/** Between looks at how long an answer has been waited for. A socket's own timeout runs on while it is busy. */
const LOOK_EVERY_MS = 5_000;

/** One connection with one request on it at a time. Resolves with the answer: its head and what came of its body. */
const connect = async (port: number) => {
  let received = '';
  let waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | null = null;
  let sentMs = 0;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = null;
  };
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_socket, bytes) => {
        received += bytes.toString('latin1');
        const headEnd = received.indexOf(HEAD_END);
        if (headEnd < 0) return;
        const length = Number(LENGTH.exec(received)?.[1] ?? 0);
        if (received.length < headEnd + HEAD_END.length + length) return;
        const answer = received;
        received = '';
        waiting?.resolve(answer);
        waiting = null;
      },
      close: () => fail(new Error('The server closed the connection.')),
      error: (_socket, error) => fail(error),
    },
  });
  const watch = setInterval(() => {
    if (performance.now() - sentMs > UNTIL_ANSWERED_MS) fail(new Error('The server did not answer in time.'));
  }, LOOK_EVERY_MS);
  watch.unref();
  return {
    send: (bytes: string) =>
      new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject };
        sentMs = performance.now();
        socket.write(bytes);
      }),
    end: () => {
      clearInterval(watch);
      socket.end();
    },
  };
};

/** Runs journeys over a few connections of one server. A wrong answer is counted and ends its journey. */
export const runJourneys = async (options: JourneysOptions): Promise<Journeys> => {
  const { port, connections, count = Number.POSITIVE_INFINITY, durationMs = Number.POSITIVE_INFINITY, steps } = options;
  const totalsMs: number[] = [];
  const stepsMs = new Map<string, number[]>();
  let next = 0;
  let errors = 0;
  let firstError: string | null = null;
  const startedMs = performance.now();

  const travel = async (connection: Awaited<ReturnType<typeof connect>>, journey: number): Promise<void> => {
    const journeyStartedMs = performance.now();
    for (const { name, bytes, status } of steps(journey)) {
      const sentMs = performance.now();
      const answer = await connection.send(bytes);
      if (!answer.startsWith(`HTTP/1.1 ${status}`)) {
        errors += 1;
        firstError ??= `${name}: ${answer.slice(0, 300)}`;
        return;
      }
      const latencies = stepsMs.get(name) ?? [];
      stepsMs.set(name, latencies);
      latencies.push(performance.now() - sentMs);
    }
    totalsMs.push(performance.now() - journeyStartedMs);
  };

  const runner = async (): Promise<void> => {
    const connection = await connect(port);
    while (next < count && performance.now() - startedMs < durationMs) {
      const journey = next;
      next += 1;
      await travel(connection, journey);
    }
    connection.end();
  };
  await Promise.all(Array.from({ length: Math.min(connections, count) }, runner));
  const perSecond = (totalsMs.length * 1_000) / (performance.now() - startedMs);
  return { count: totalsMs.length, perSecond, totalsMs, stepsMs, errors, firstError };
};

/** The quantile of a step's latencies in milliseconds; NaN when no such request was answered. */
export const stepQuantile = ({ stepsMs }: Journeys, name: string, q: number): number => {
  const latencies = stepsMs.get(name) ?? [];
  return latencies.length === 0 ? Number.NaN : quantile(latencies, q);
};

/** Adds a turn and its answer, both said for the first time. */
export const addStep = ({ sessionId }: Person, turn: string, answer: string): Step => {
  const messages = [
    { role: 'user', content: turn },
    { role: 'assistant', content: answer },
  ];
  return {
    name: 'add',
    bytes: postBytes(`/api/v1/sessions/${sessionId}/messages`, JSON.stringify({ messages })),
    status: 201,
  };
};

export const queryStep = ({ userId, sessionId }: Person, query: string): Step => ({
  name: 'query',
  bytes: postBytes(`/api/v1/users/${userId}/query`, JSON.stringify({ query, session_id: sessionId, top_k: 5 })),
  status: 200,
});

export const listStep = ({ sessionId }: Person): Step => ({
  name: 'list',
  bytes: getBytes(`/api/v1/sessions/${sessionId}/messages?limit=10`),
  status: 200,
});
