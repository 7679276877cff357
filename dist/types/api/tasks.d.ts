import { z } from 'zod';
export declare const Task: z.ZodObject<{
    id: z.ZodString;
    kind: z.ZodString;
    user_id: z.ZodString;
    session_id: z.ZodString;
    state: z.ZodLiteral<"failed" | "running" | "waiting">;
    attempts: z.ZodInt;
    reason: z.ZodNullable<z.ZodString>;
    created_at: z.ZodString;
    updated_at: z.ZodString;
    next_attempt_at: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export declare const tasks: {
    list: {
        readonly id: "listTasks";
        readonly method: "get";
        readonly path: "/tasks";
        readonly tag: "tasks";
        readonly summary: "List background tasks, the newest first";
        readonly access: "admin";
        readonly query: z.ZodObject<{
            state: z.ZodOptional<z.ZodString>;
            kind: z.ZodOptional<z.ZodString>;
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                tasks: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    kind: z.ZodString;
                    user_id: z.ZodString;
                    session_id: z.ZodString;
                    state: z.ZodLiteral<"failed" | "running" | "waiting">;
                    attempts: z.ZodInt;
                    reason: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                    next_attempt_at: z.ZodNullable<z.ZodString>;
                }, z.core.$strip>>;
                next_cursor: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400];
    };
    stats: {
        readonly id: "taskStats";
        readonly method: "get";
        readonly path: "/tasks/stats";
        readonly tag: "tasks";
        readonly summary: "Count background tasks, and show what the Workers do";
        readonly access: "admin";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                waiting: z.ZodInt;
                running: z.ZodInt;
                failed: z.ZodInt;
                done: z.ZodInt;
                oldest_waiting_ms: z.ZodNullable<z.ZodInt>;
                queue: z.ZodObject<{
                    size: z.ZodInt;
                    capacity: z.ZodInt;
                }, z.core.$strip>;
                workers: z.ZodArray<z.ZodObject<{
                    id: z.ZodInt;
                    state: z.ZodLiteral<"busy" | "idle">;
                    task_id: z.ZodNullable<z.ZodString>;
                    restarts: z.ZodInt;
                }, z.core.$strip>>;
            }, z.core.$strip>;
        };
    };
    retryAll: {
        readonly id: "retryTasks";
        readonly example: {};
        readonly method: "post";
        readonly path: "/tasks/retry";
        readonly tag: "tasks";
        readonly summary: "Run all failed tasks again, or all of a kind";
        readonly access: "admin";
        readonly query: z.ZodObject<{
            kind: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly body: z.ZodObject<{
            kind: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strict>;
        readonly bodyOptional: true;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                retried: z.ZodInt;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400];
    };
    retry: {
        readonly id: "retryTask";
        readonly method: "post";
        readonly path: "/tasks/{task_id}/retry";
        readonly tag: "tasks";
        readonly summary: "Run a failed task again";
        readonly access: "admin";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                task: z.ZodObject<{
                    id: z.ZodString;
                    kind: z.ZodString;
                    user_id: z.ZodString;
                    session_id: z.ZodString;
                    state: z.ZodLiteral<"failed" | "running" | "waiting">;
                    attempts: z.ZodInt;
                    reason: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                    next_attempt_at: z.ZodNullable<z.ZodString>;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404, 409];
    };
};
