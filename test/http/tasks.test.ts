import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { TASK_KINDS } from '../../src/contract/kinds.ts';
import { backgroundCalls, type Task } from '../support/background/calls.ts';
import { type EmbeddingEndpoint, POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { ASLEEP, PROMPT } from '../support/background/settings.ts';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { eventually } from '../support/eventually.ts';
import { TIMESTAMP } from '../support/formats.ts';
import { messageCalls } from '../support/message-calls.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const TASK_KEYS = [
  'attempts',
  'created_at',
  'id',
  'kind',
  'next_attempt_at',
  'reason',
  'session_id',
  'state',
  'updated_at',
  'user_id',
];
const idsOf = (tasks: readonly { readonly id: string }[]): string[] => tasks.map(({ id }) => id);

describe('the list of tasks', () => {
  let server: TestServer;
  const { newSession } = messageCalls(() => server);
  const { post, tasks, stats } = backgroundCalls(() => server);
  beforeAll(async () => {
    server = await startServer({ settings: ASLEEP });
  });
  afterAll(() => server.stop());

  /** A session with a task that waits. */
  const newTask = async (): Promise<Task> => {
    const sessionId = await newSession();
    await post(sessionId, ['work to do']);
    const [task] = (await tasks('?limit=1')).tasks;
    expect(task?.session_id).toBe(sessionId);
    return task as Task;
  };
  const newTasks = async (count: number): Promise<Task[]> => {
    const made: Task[] = [];
    while (made.length < count) made.unshift(await newTask());
    return made;
  };
  /** Every page of a list, from a cursor on. */
  const follow = async (query: string, cursor: string | null): Promise<Task[]> => {
    const seen: Task[] = [];
    for (let next = cursor; next !== null; ) {
      const page = await tasks(`?${query}&cursor=${encodeURIComponent(next)}`);
      seen.push(...page.tasks);
      next = page.next_cursor;
    }
    return seen;
  };

  test('holds a task for a round that waits: whose it is, that it waits, and until when', async () => {
    const { userId, sessionId } = await startConversation(server, 'Ada');
    const before = Date.now();
    await post(sessionId, ['one', 'two']);
    const [task] = (await tasks('?limit=1')).tasks as [Task];
    expect(Object.keys(task).sort()).toEqual(TASK_KEYS);
    expect(task).toMatchObject({ kind: 'index', user_id: userId, session_id: sessionId, state: 'waiting' });
    expect(task).toMatchObject({ attempts: 0, reason: null });
    for (const at of [task.created_at, task.updated_at, task.next_attempt_at]) expect(at).toMatch(TIMESTAMP);
    expect(Date.parse(task.created_at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(task.next_attempt_at ?? '')).toBeGreaterThanOrEqual(before + 86_400_000);
  });

  test('has one task for the rounds of a session that nobody has taken', async () => {
    const task = await newTask();
    for (const text of ['two', 'three']) await post(task.session_id, [text]);
    const mine = (await tasks()).tasks.filter(({ session_id }) => session_id === task.session_id);
    expect(idsOf(mine)).toEqual([task.id]);
  });

  test('is in order of creation, the newest first', async () => {
    const made = await newTasks(4);
    expect(idsOf((await tasks('?limit=4')).tasks)).toEqual(idsOf(made));
  });

  test('comes in pages that end with a null cursor, also when the last one is full', async () => {
    await newTasks(5);
    const all = (await tasks()).tasks;
    for (const limit of [1, 2, all.length - 1, all.length, all.length + 1]) {
      const first = await tasks(`?limit=${limit}`);
      expect(first.tasks).toHaveLength(Math.min(limit, all.length));
      const rest = await follow(`limit=${limit}`, first.next_cursor);
      expect(idsOf([...first.tasks, ...rest])).toEqual(idsOf(all));
    }
  });

  test('has twenty tasks on a page when nothing is said, and a hundred at the most', async () => {
    const missing = 101 - (await stats()).waiting;
    const { userId, agentId } = await startConversation(server, 'busy');
    const create = async (): Promise<void> => {
      const answer = await server.call('POST', '/sessions', { user_id: userId, agent_id: agentId });
      await post(answer.body.data.session.id, ['x']);
    };
    await Promise.all(Array.from({ length: Math.max(0, missing) }, create));
    expect((await tasks('')).tasks).toHaveLength(20);
    const largest = await tasks('?limit=1000');
    expect(largest.tasks).toHaveLength(100);
    expect(largest.next_cursor).toBeString();
  });

  test('shows each task that was there once, however many come and go between its pages', async () => {
    const made = await newTasks(9);
    const first = await tasks('?limit=3');
    await newTasks(2);
    const second = await tasks(`?limit=3&cursor=${first.next_cursor}`);
    const [gone] = made.slice(6, 7) as [Task];
    await server.call('DELETE', `/sessions/${gone.session_id}`);
    await newTasks(1);
    const rest = await follow('limit=3', second.next_cursor);
    const seen = idsOf([...first.tasks, ...second.tasks, ...rest]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 8)).toEqual(idsOf(made.filter(({ id }) => id !== gone.id)));
  });

  test('is filtered by state and kind', async () => {
    await newTask();
    const all = (await tasks('?limit=100')).tasks;
    expect((await tasks('?state=waiting&limit=100')).tasks).toEqual(all);
    expect((await tasks('?kind=index&state=waiting&limit=100')).tasks).toEqual(all);
    for (const state of ['running', 'failed', 'done']) {
      expect(await tasks(`?state=${state}`)).toEqual({ tasks: [], next_cursor: null });
    }
  });

  test.each([
    ['state=WAITING', 'state', 'Invalid state parameter', 'state must be one of: waiting, running, failed, done'],
    ['state=', 'state', 'Invalid state parameter', 'state must be one of: waiting, running, failed, done'],
    ['kind=cake', 'kind', 'Invalid kind parameter', `kind must be one of: ${TASK_KINDS.join(', ')}`],
    ['limit=0', 'limit', 'Invalid limit parameter', 'Limit must be greater than 0'],
    ['limit=ten', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
    ['cursor=7', 'cursor', 'Invalid cursor parameter', 'cursor must be the next_cursor of the page before'],
  ])('is refused with 400 for ?%s', async (query, field, message, text) => {
    expectRefusal(await server.call('GET', `/tasks?${query}`), 400, field, message, text);
  });

  test('loses the tasks of a session, and of a user, that is deleted', async () => {
    const [one, two] = (await newTasks(2)) as [Task, Task];
    await server.call('DELETE', `/sessions/${one.session_id}`);
    await server.call('DELETE', `/users/${two.user_id}`);
    const left = idsOf((await tasks()).tasks);
    expect(left).not.toContain(one.id);
    expect(left).not.toContain(two.id);
    for (const { id } of [one, two]) expect((await server.call('POST', `/tasks/${id}/retry`)).status).toBe(404);
  });

  test('agrees with the statistics, which know the age of the oldest that waits and the size of the queue', async () => {
    await newTask();
    const first = await tasks('?limit=100');
    const all = [...first.tasks, ...(await follow('limit=100', first.next_cursor))];
    const createdAt = Date.parse(all.at(-1)?.created_at ?? '');
    const earliest = Date.now() - createdAt;
    const { waiting, running, failed, done, oldest_waiting_ms, queue, workers } = await stats();
    expect({ waiting, running, failed, done }).toEqual({ waiting: all.length, running: 0, failed: 0, done: 0 });
    expect(oldest_waiting_ms).toBeGreaterThanOrEqual(earliest);
    expect(oldest_waiting_ms).toBeLessThanOrEqual(Date.now() - createdAt);
    expect(queue).toMatchObject({ capacity: 1_000 });
    expect(queue.size).toBeGreaterThan(0);
    expect(workers).toBeArray();
  });
});

describe('a task', () => {
  let endpoint: EmbeddingEndpoint;
  let server: TestServer;
  const { newSession } = messageCalls(() => server);
  const { post, tasks, stats, idle, chunks, status } = backgroundCalls(() => server);
  beforeAll(async () => {
    endpoint = startEmbeddingEndpoint();
    server = await startServer({ settings: { ...PROMPT, ...endpoint.settings } });
  });
  afterEach(async () => {
    endpoint.become('choosy');
    await idle();
  });
  afterAll(async () => {
    await server.stop();
    await endpoint.stop();
  });

  const retry = (id: string) => server.call('POST', `/tasks/${id}/retry`);
  const taskOf = async (sessionId: string, state: Task['state']): Promise<Task> =>
    eventually(`the task is ${state}`, async () =>
      (await tasks(`?state=${state}&limit=100`)).tasks.find(({ session_id }) => session_id === sessionId),
    );
  const newDeadLetter = async (): Promise<{ task: Task; messageId: string }> => {
    const sessionId = await newSession();
    const answer = await post(sessionId, [`a cup of ${POISON}`]);
    return { task: await taskOf(sessionId, 'failed'), messageId: answer.body.data.message_ids[0] };
  };

  /** Waits until a session has no task left. */
  const taskIsDone = (sessionId: string): Promise<true> =>
    eventually('the task is done', async () =>
      (await tasks('?limit=100')).tasks.every(({ session_id }) => session_id !== sessionId),
    );

  test('that is done is gone, and is counted since the start of the server', async () => {
    const { done } = await idle();
    const sessionId = await newSession();
    await post(sessionId, ['tea']);
    await taskIsDone(sessionId);
    expect((await idle()).done).toBe(done + 1);
    expect(await tasks('?state=done')).toEqual({ tasks: [], next_cursor: null });
  });

  test('that fails is tried again, then stays with its attempts and its reason, without the text', async () => {
    const callsBefore = endpoint.calls.length;
    const { task } = await newDeadLetter();
    expect(task).toMatchObject({ state: 'failed', attempts: 4, next_attempt_at: null });
    expect(task.reason).toContain('400');
    expect(task.reason).not.toContain(POISON);
    expect(endpoint.calls.length - callsBefore).toBe(4);
  });

  test('that failed runs again when a person says so, and is done once its cause is mended', async () => {
    const { task, messageId } = await newDeadLetter();
    endpoint.become('mended');
    const answer = expectSuccess(await retry(task.id), 200, 'Task will be retried').task;
    expect(Object.keys(answer).sort()).toEqual(TASK_KEYS);
    expect(answer).toMatchObject({ id: task.id, state: 'waiting', attempts: 0, next_attempt_at: answer.updated_at });
    await taskIsDone(task.session_id);
    expect(await status(messageId)).toMatchObject({ stage: 'indexed', indexed: true, attempts: 0, reason: null });
    const [chunk] = await chunks(task.session_id);
    expect(chunk?.metadata).toMatchObject({ message_ids: [messageId], embedded: true });
  });

  test('that failed fails again when its cause is still there', async () => {
    const { task } = await newDeadLetter();
    expect((await retry(task.id)).status).toBe(200);
    const again = await eventually('it fails again', async () => {
      const { tasks: failed } = await tasks('?state=failed&limit=100');
      return failed.find(({ id, updated_at }) => id === task.id && updated_at > task.updated_at);
    });
    expect(again).toMatchObject({ attempts: 4, reason: task.reason });
  });

  test('is retried once by people who say so at the same time', async () => {
    const { task } = await newDeadLetter();
    endpoint.become('mended');
    const callsBefore = endpoint.calls.length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => retry(task.id)));
    expect(answers.map(({ status: code }) => code).sort()).toEqual([200, ...Array(7).fill(409)]);
    await taskIsDone(task.session_id);
    expect(endpoint.calls.length - callsBefore).toBe(1);
  });

  test('that is running cannot be retried: 409 with what it is; nor can one that is done: 404', async () => {
    endpoint.become('silent');
    const sessionId = await newSession();
    await post(sessionId, ['slow food']);
    await eventually('the endpoint is asked', () => endpoint.held > 0);
    const running = await taskOf(sessionId, 'running');
    expect(running).toMatchObject({ next_attempt_at: null, attempts: 0 });
    const refusal = (state: string) => `Task with ID '${running.id}' is ${state}; only a failed task can be retried`;
    expectRefusal(await retry(running.id), 409, 'task_id', refusal('running'));
    expect((await stats()).running).toBeGreaterThan(0);
    endpoint.become('mended');
    await taskIsDone(sessionId);
    expectRefusal(await retry(running.id), 404, 'task_id', `Task with ID '${running.id}' not found`);
  });

  test('that waits behind another of its session cannot be retried: 409', async () => {
    const sessionId = await newSession();
    endpoint.become('silent');
    await post(sessionId, ['first']);
    await eventually('the endpoint is asked', () => endpoint.held > 0);
    await post(sessionId, ['second']);
    const waiting = await taskOf(sessionId, 'waiting');
    const refusal = `Task with ID '${waiting.id}' is waiting; only a failed task can be retried`;
    expectRefusal(await retry(waiting.id), 409, 'task_id', refusal);
  });

  test.each(['no-task', '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b', '1', '%00', 'stats'])(
    'that there is none of cannot be retried: 404 (%s)',
    async (id) => {
      const text = `Task with ID '${decodeURIComponent(id)}' not found`;
      expectRefusal(await retry(id), 404, 'task_id', text);
    },
  );

  test('is counted where it stands, and Workers tell what they do', async () => {
    const before = await idle();
    await newDeadLetter();
    const after = await idle();
    expect(after.failed).toBe(before.failed + 1);
    expect(after.oldest_waiting_ms).toBeNull();
    expect(after.queue.size).toBe(0);
    expect(after.workers).not.toBeEmpty();
    for (const worker of after.workers) expect(worker).toMatchObject({ state: 'idle', task_id: null, restarts: 0 });
    expect(after.workers.map(({ id }) => id)).toEqual(after.workers.map((_, i) => i));
  });

  const retryAll = async (query = '', body?: object) => {
    const answer = await server.call('POST', `/tasks/retry${query}`, body);
    return expectSuccess(answer, 200, answer.body.message).retried as number;
  };

  test('runs again with all others that failed, when a person says so once', async () => {
    const letters = [await newDeadLetter(), await newDeadLetter(), await newDeadLetter()];
    const { failed } = await idle();
    endpoint.become('mended');
    expect(await retryAll()).toBe(failed);
    for (const { task, messageId } of letters) {
      await taskIsDone(task.session_id);
      expect(await status(messageId)).toMatchObject({ stage: 'indexed', attempts: 0, reason: null });
    }
    expect((await idle()).failed).toBe(0);
    expect(await retryAll()).toBe(0);
  });

  test.each([
    ['in the query string', () => retryAll('?kind=index')],
    ['in the body', () => retryAll('', { kind: 'index' })],
  ])('runs again with all of its kind, which is named %s', async (_, all) => {
    const { task } = await newDeadLetter();
    endpoint.become('mended');
    expect(await all()).toBeGreaterThan(0);
    await taskIsDone(task.session_id);
  });

  test('of a kind that there is not cannot be retried: 400, and an unknown field is refused', async () => {
    expectRefusal(
      await server.call('POST', '/tasks/retry?kind=dream'),
      400,
      'kind',
      'Invalid kind parameter',
      `kind must be one of: ${TASK_KINDS.join(', ')}`,
    );
    expect((await server.call('POST', '/tasks/retry', { knd: 'index' })).status).toBe(422);
  });

  test('stays in a list of dead letters once while others are re-driven between its pages', async () => {
    for (let i = 0; i < 5; i += 1) await newDeadLetter();
    const { tasks: before } = await tasks('?state=failed&limit=100');
    const first = await tasks('?state=failed&limit=2');
    endpoint.become('mended');
    const revived = first.tasks[1] as Task;
    await retry(revived.id);
    await taskIsDone(revived.session_id);
    const seen = [...first.tasks];
    for (let cursor = first.next_cursor; cursor !== null; ) {
      const page = await tasks(`?state=failed&limit=2&cursor=${cursor}`);
      seen.push(...page.tasks);
      cursor = page.next_cursor;
    }
    expect(idsOf(seen)).toEqual(idsOf(before));
  });
});
