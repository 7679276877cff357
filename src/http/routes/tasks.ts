import { formatInstant } from '../../api/scalars.ts';
import { tasks } from '../../api/tasks.ts';
import { type OutboxTask, TASK_KINDS, TASK_STATES, type TaskKind, type TaskRecord } from '../../contract/outbox.ts';
import type { Scope } from '../../contract/records.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { parseChoice } from '../list-parameters.ts';
import { linkTo, pageAsked } from '../lists.ts';
import type { Router } from '../route.ts';

const RETRIED_AT_A_TIME = 1_000;
/** After which the rest is left to the next call. */
const RETRY_MS = 10_000;

const parseKind = (kind: string | undefined): TaskKind | undefined =>
  kind === undefined ? undefined : parseChoice('kind', kind, TASK_KINDS, 'index');

/** A task that is done is no longer there, and its list is empty. */
const STATES = [...TASK_STATES, 'done'] as const;

const present = (task: TaskRecord) => ({
  id: task.id,
  kind: task.kind,
  user_id: task.userId,
  session_id: task.sessionId,
  state: task.state,
  attempts: task.attempts,
  reason: task.reason,
  created_at: formatInstant(task.createdAt),
  updated_at: formatInstant(task.updatedAt),
  next_attempt_at: task.nextAttemptAt === null ? null : formatInstant(task.nextAttemptAt),
});

export const registerTasks = (route: Router, { services, clock }: HttpDependencies): void => {
  const { store, processor } = services;

  const find = async (scope: Scope, id: string): Promise<TaskRecord> => {
    const task = await store.outbox.get(scope, id);
    if (!task) throw refuse(404, 'task_id', `Task with ID '${id}' not found`);
    return task;
  };

  route(tasks.list, async ({ caller: { scope }, query, url }) => {
    const page = pageAsked(query);
    const state = query.state === undefined ? undefined : parseChoice('state', query.state, STATES, 'waiting');
    const kind = parseKind(query.kind);
    const none = { rows: [], next: null };
    const { rows, next } = state === 'done' ? none : await store.outbox.list(scope, { state, kind }, page);
    const data = { tasks: rows.map(present), next_cursor: next };
    return ok('Tasks retrieved successfully', data, linkTo(url, next));
  });

  route(tasks.stats, async ({ caller }) => {
    const { scope } = caller;
    const { oldestWaitingAt, ...counts } = await store.outbox.counts(scope);
    // Who runs the server sees what the whole of it does, everybody else what is done for them.
    const seesAll = services.access.runsServer(caller);
    const sees = (task: OutboxTask): boolean =>
      seesAll || (task.tenantKey === scope.tenantKey && (scope.userKey === null || task.userKey === scope.userKey));
    const workers = processor.workers().map(({ id, state, task, restarts }) => {
      return { id, state, task_id: task && sees(task) ? task.id : null, restarts };
    });
    const size = seesAll ? processor.queueSize : processor.queueSizeOf(scope);
    return ok('Task statistics retrieved successfully', {
      ...counts,
      oldest_waiting_ms: oldestWaitingAt === null ? null : Math.max(0, clock.now() - oldestWaitingAt),
      queue: { size, capacity: processor.queueCapacity },
      workers,
    });
  });

  route(tasks.retryAll, async ({ caller: { scope }, query, body }) => {
    const kind = parseKind(body.kind ?? query.kind);
    const at = clock.now();
    let retried = 0;
    let more: number;
    // In slices, so that no add waits behind a hundred thousand of them.
    do {
      more = await store.outbox.redriveAll(scope, { kind, limit: RETRIED_AT_A_TIME }, at);
      retried += more;
    } while (more === RETRIED_AT_A_TIME && clock.now() - at < RETRY_MS);
    return ok(`${retried} tasks will be retried`, { retried });
  });

  route(tasks.retry, async ({ caller: { scope }, param }) => {
    const id = param('task_id');
    const task = await store.outbox.redrive(scope, id, clock.now());
    if (task) return ok('Task will be retried', { task: present(task) });
    const { state } = await find(scope, id);
    throw refuse(409, 'task_id', `Task with ID '${id}' is ${state}; only a failed task can be retried`);
  });
};
