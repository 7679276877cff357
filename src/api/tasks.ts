import { z } from 'zod';
import { cursorParameter, limitParameter, NextCursor } from './lists.ts';
import { operation } from './operation.ts';
import { Id, maybe, Timestamp } from './scalars.ts';

const TaskState = z.literal(['waiting', 'running', 'failed']);

export const Task = z
  .object({
    id: Id,
    kind: z.string(),
    user_id: Id,
    session_id: Id,
    state: TaskState,
    attempts: z.int(),
    reason: z.string().nullable().meta({ description: 'Why it failed last.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
    next_attempt_at: Timestamp.nullable(),
  })
  .meta({ id: 'Task' });

export const tasks = {
  list: operation({
    id: 'listTasks',
    method: 'get',
    path: '/tasks',
    tag: 'tasks',
    summary: 'List background tasks, the newest first',
    access: 'admin',
    query: z.object({
      state: z.string().optional().meta({
        description:
          '`waiting`, `running` or `failed`. A task is deleted when it is done, so the list for `done` is empty.',
      }),
      kind: z.string().optional().meta({ description: '`index`.' }),
      limit: limitParameter,
      cursor: cursorParameter,
    }),
    success: { status: 200, data: z.object({ tasks: z.array(Task), next_cursor: NextCursor }) },
    refusals: [400],
  }),
  stats: operation({
    id: 'taskStats',
    method: 'get',
    path: '/tasks/stats',
    tag: 'tasks',
    summary: 'Count background tasks, and show what the Workers do',
    access: 'admin',
    success: {
      status: 200,
      data: z.object({
        waiting: z.int(),
        running: z.int(),
        failed: z.int(),
        done: z.int().meta({ description: 'Since this server was started.' }),
        oldest_waiting_ms: z.int().nullable(),
        queue: z.object({ size: z.int(), capacity: z.int() }),
        workers: z.array(
          z.object({
            id: z.int(),
            state: z.literal(['idle', 'busy']),
            task_id: Id.nullable(),
            restarts: z.int(),
          }),
        ),
      }),
    },
  }),
  retryAll: operation({
    id: 'retryTasks',
    example: {},
    method: 'post',
    path: '/tasks/retry',
    tag: 'tasks',
    summary: 'Run all failed tasks again, or all of a kind',
    access: 'admin',
    query: z.object({
      kind: z
        .string()
        .optional()
        .meta({ description: '`index`, `summarise`, `extract` or `notify` (webhooks). Absent: every kind.' }),
    }),
    body: z.strictObject({
      kind: maybe(z.string()).meta({ description: 'The same, with the parameters in the body.' }),
    }),
    bodyOptional: true,
    success: { status: 200, data: z.object({ retried: z.int().meta({ description: 'How many run again.' }) }) },
    refusals: [400],
  }),
  retry: operation({
    id: 'retryTask',
    method: 'post',
    path: '/tasks/{task_id}/retry',
    tag: 'tasks',
    summary: 'Run a failed task again',
    access: 'admin',
    success: { status: 200, data: z.object({ task: Task }) },
    refusals: [404, 409],
  }),
};
