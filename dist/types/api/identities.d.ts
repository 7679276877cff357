import { z } from 'zod';
export declare const User: z.ZodObject<{
    id: z.ZodString;
    name: z.ZodString;
    description: z.ZodNullable<z.ZodString>;
    created_at: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strip>;
export declare const Agent: z.ZodObject<{
    id: z.ZodString;
    name: z.ZodString;
    description: z.ZodNullable<z.ZodString>;
    created_at: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strip>;
export declare const users: {
    list: {
        readonly id: "listUsers";
        readonly method: "get";
        readonly path: "/users";
        readonly tag: "users";
        readonly summary: "List users, or find one by name";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
            name: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                users: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    create: {
        readonly id: "createUser";
        readonly example: {
            readonly name: "ada";
        };
        readonly method: "post";
        readonly path: "/users";
        readonly tag: "users";
        readonly summary: "Create a user";
        readonly access: "write";
        readonly body: z.ZodObject<{
            name: z.ZodString;
            description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly query: z.ZodObject<{
            get_or_create: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                user: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
            readonly orFound: true;
        };
        readonly refusals: readonly [400];
        readonly creates: true;
    };
    get: {
        readonly id: "getUser";
        readonly method: "get";
        readonly path: "/users/{user_id}";
        readonly tag: "users";
        readonly summary: "Get a user";
        readonly access: "read";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                user: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    update: {
        readonly id: "updateUser";
        readonly example: {
            readonly description: "Builds engines.";
        };
        readonly method: "put";
        readonly path: "/users/{user_id}";
        readonly tag: "users";
        readonly summary: "Rename or describe a user";
        readonly access: "write";
        readonly body: z.ZodObject<{
            name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                user: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    delete: {
        readonly id: "deleteUser";
        readonly method: "delete";
        readonly path: "/users/{user_id}";
        readonly tag: "users";
        readonly summary: "Delete a user and everything that is stored of them";
        readonly access: "write";
        readonly success: {
            readonly status: 204;
            readonly data: null;
            readonly headers: z.ZodObject<{
                'X-Memfuse-Removal': z.ZodOptional<z.ZodLiteral<"pending">>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
export declare const agents: {
    list: {
        readonly id: "listAgents";
        readonly method: "get";
        readonly path: "/agents";
        readonly tag: "agents";
        readonly summary: "List agents, or find one by name";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
            name: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                agents: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    create: {
        readonly id: "createAgent";
        readonly example: {
            readonly name: "helper";
        };
        readonly method: "post";
        readonly path: "/agents";
        readonly tag: "agents";
        readonly summary: "Create an agent";
        readonly access: "write";
        readonly body: z.ZodObject<{
            name: z.ZodString;
            description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly query: z.ZodObject<{
            get_or_create: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                agent: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
            readonly orFound: true;
        };
        readonly refusals: readonly [400];
        readonly creates: true;
    };
    get: {
        readonly id: "getAgent";
        readonly method: "get";
        readonly path: "/agents/{agent_id}";
        readonly tag: "agents";
        readonly summary: "Get an agent";
        readonly access: "read";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                agent: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    update: {
        readonly id: "updateAgent";
        readonly example: {
            readonly description: "Answers questions about engines.";
        };
        readonly method: "put";
        readonly path: "/agents/{agent_id}";
        readonly tag: "agents";
        readonly summary: "Rename or describe an agent";
        readonly access: "write";
        readonly body: z.ZodObject<{
            name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                agent: z.ZodObject<{
                    id: z.ZodString;
                    name: z.ZodString;
                    description: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    delete: {
        readonly id: "deleteAgent";
        readonly method: "delete";
        readonly path: "/agents/{agent_id}";
        readonly tag: "agents";
        readonly summary: "Delete an agent with its sessions and their messages";
        readonly access: "write";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                agent_id: z.ZodString;
            }, z.core.$strip>;
            readonly headers: z.ZodObject<{
                'X-Memfuse-Removal': z.ZodOptional<z.ZodLiteral<"pending">>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
