import { z } from 'zod';
export declare const Session: z.ZodObject<{
    id: z.ZodString;
    user_id: z.ZodString;
    agent_id: z.ZodString;
    name: z.ZodString;
    created_at: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strip>;
export declare const sessions: {
    list: {
        readonly id: "listSessions";
        readonly method: "get";
        readonly path: "/sessions";
        readonly tag: "sessions";
        readonly summary: "List sessions, or find one by name";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
            user_id: z.ZodOptional<z.ZodString>;
            agent_id: z.ZodOptional<z.ZodString>;
            name: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                sessions: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    agent_id: z.ZodString;
                    name: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    create: {
        readonly id: "createSession";
        readonly example: {
            readonly user_id: "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b";
            readonly agent_id: "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b";
            readonly name: "first talk";
        };
        readonly method: "post";
        readonly path: "/sessions";
        readonly tag: "sessions";
        readonly summary: "Open a session of a user with an agent";
        readonly access: "write";
        readonly body: z.ZodObject<{
            user_id: z.ZodString;
            agent_id: z.ZodString;
            name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly query: z.ZodObject<{
            get_or_create: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                session: z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    agent_id: z.ZodString;
                    name: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
            readonly orFound: true;
        };
        readonly refusals: readonly [400, 404];
        readonly creates: true;
    };
    get: {
        readonly id: "getSession";
        readonly method: "get";
        readonly path: "/sessions/{session_id}";
        readonly tag: "sessions";
        readonly summary: "Get a session";
        readonly access: "read";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                session: z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    agent_id: z.ZodString;
                    name: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    update: {
        readonly id: "updateSession";
        readonly example: {
            readonly name: "first talk of the day";
        };
        readonly method: "put";
        readonly path: "/sessions/{session_id}";
        readonly tag: "sessions";
        readonly summary: "Rename a session";
        readonly access: "write";
        readonly body: z.ZodObject<{
            name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                session: z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    agent_id: z.ZodString;
                    name: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    delete: {
        readonly id: "deleteSession";
        readonly method: "delete";
        readonly path: "/sessions/{session_id}";
        readonly tag: "sessions";
        readonly summary: "Delete a session with its messages";
        readonly access: "write";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                session_id: z.ZodString;
            }, z.core.$strip>;
            readonly headers: z.ZodObject<{
                'X-Memfuse-Removal': z.ZodOptional<z.ZodLiteral<"pending">>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
