import { expectSuccess } from '../envelope.ts';
import { eventually } from '../eventually.ts';
import type { TestAnswer, TestServer } from '../server.ts';

/** A message's row in the answers about its status. */
export interface Status {
  readonly message_id: string;
  readonly stage: 'stored' | 'indexed' | 'summarised' | 'extracted' | 'failed';
  readonly indexed: boolean;
  readonly summarised: boolean;
  readonly extracted: boolean;
  readonly attempts: number;
  readonly reason: string | null;
  readonly updated_at: string;
}

export interface Task {
  readonly id: string;
  readonly kind: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly state: 'waiting' | 'running' | 'failed';
  readonly attempts: number;
  readonly reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly next_attempt_at: string | null;
}

export interface TaskStats {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly done: number;
  readonly oldest_waiting_ms: number | null;
  readonly queue: { readonly size: number; readonly capacity: number };
  readonly workers: readonly {
    readonly id: number;
    readonly state: 'idle' | 'busy';
    readonly task_id: string | null;
    readonly restarts: number;
  }[];
}

export interface Chunk {
  readonly chunk_id: string;
  readonly content: string;
  readonly metadata: {
    readonly session_id: string;
    readonly strategy: string;
    readonly token_count: number;
    readonly message_ids: readonly string[];
    readonly embedded: boolean;
    readonly created_at: string;
  };
}

/** The calls about the work behind the API, each asserting its success, over the server that `get` returns. */
export const backgroundCalls = (get: () => TestServer) => {
  const calls = {
    /** Posts each text as a message of the user, all in one request. */
    post: (sessionId: string, contents: readonly string[], query = '', headers = {}): Promise<TestAnswer> => {
      const messages = contents.map((content) => ({ role: 'user', content }));
      return get().call('POST', `/sessions/${sessionId}/messages${query}`, { messages }, headers);
    },
    statuses: async (sessionId: string): Promise<Status[]> => {
      const answer = await get().call('GET', `/sessions/${sessionId}/messages/status?limit=100`);
      return expectSuccess(answer, 200, 'Message statuses retrieved successfully').messages;
    },
    status: async (messageId: string): Promise<Status> => {
      const answer = await get().call('GET', `/messages/${messageId}/status`);
      return expectSuccess(answer, 200, 'Message status retrieved successfully').message;
    },
    tasks: async (query = '?limit=100'): Promise<{ readonly tasks: Task[]; readonly next_cursor: string | null }> =>
      expectSuccess(await get().call('GET', `/tasks${query}`), 200, 'Tasks retrieved successfully'),
    stats: async (): Promise<TaskStats> =>
      expectSuccess(await get().call('GET', '/tasks/stats'), 200, 'Task statistics retrieved successfully'),
    /** The chunks of a session, at most a page of them, the oldest first. */
    chunks: async (sessionId: string): Promise<Chunk[]> => {
      const answer = await get().call('GET', `/sessions/${sessionId}/chunks?limit=100&order=asc`);
      return expectSuccess(answer, 200, answer.body.message).chunks;
    },
    /** Resolves when nothing waits or runs, with what there is then. */
    idle: (): Promise<TaskStats> =>
      eventually('the background is idle', async () => {
        const stats = await calls.stats();
        return stats.waiting + stats.running === 0 && stats;
      }),
    /** Resolves when all messages of a session are indexed. */
    indexed: (sessionId: string): Promise<Status[]> =>
      eventually('the messages are indexed', async () => {
        const statuses = await calls.statuses(sessionId);
        return statuses.every(({ indexed }) => indexed) && statuses;
      }),
  };
  return calls;
};
