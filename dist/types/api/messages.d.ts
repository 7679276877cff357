import { z } from 'zod';
export declare const MAX_METADATA_BYTES = 16384;
/** Whatever a client wants to keep beside a message; JSON text after validation. */
export declare const Metadata: z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>;
/** The roles that the old server knew, and those of chat APIs beside them. */
export declare const OldRole: z.ZodLiteral<"assistant" | "system" | "user">;
export declare const Role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
/** The row of the contract, exactly these six keys. */
export declare const Message: z.ZodObject<{
    id: z.ZodString;
    session_id: z.ZodString;
    role: z.ZodLiteral<"assistant" | "system" | "user">;
    content: z.ZodString;
    created_at: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strip>;
/** The row with everything that was sent, for `fields=all`. */
export declare const FullMessage: z.ZodObject<{
    id: z.ZodString;
    session_id: z.ZodString;
    content: z.ZodString;
    created_at: z.ZodString;
    updated_at: z.ZodString;
    role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
    name: z.ZodNullable<z.ZodString>;
    metadata: z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>;
}, z.core.$strip>;
export declare const NewMessage: z.ZodPipe<z.ZodObject<{
    role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
    content: z.ZodOptional<z.ZodUnknown>;
    tool_calls: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnknown>>>;
    tool_call_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    function_call: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
    refusal: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    audio: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
    name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
    created_at: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
}, z.core.$strip>, z.ZodTransform<import("./turn.js").AsTurn<{
    role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
    content?: unknown;
    tool_calls?: unknown[] | null | undefined;
    tool_call_id?: string | null | undefined;
    function_call?: Readonly<Record<string, unknown>> | null | undefined;
    refusal?: string | null | undefined;
    audio?: Readonly<Record<string, unknown>> | null | undefined;
    name?: string | null | undefined;
    metadata?: string | null | undefined;
    created_at?: number | null | undefined;
}>, {
    role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
    content?: unknown;
    tool_calls?: unknown[] | null | undefined;
    tool_call_id?: string | null | undefined;
    function_call?: Readonly<Record<string, unknown>> | null | undefined;
    refusal?: string | null | undefined;
    audio?: Readonly<Record<string, unknown>> | null | undefined;
    name?: string | null | undefined;
    metadata?: string | null | undefined;
    created_at?: number | null | undefined;
}>>;
export declare const ChangedMessage: z.ZodPipe<z.ZodObject<{
    role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
    content: z.ZodOptional<z.ZodUnknown>;
    tool_calls: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnknown>>>;
    tool_call_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    function_call: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
    refusal: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    audio: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
    name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
}, z.core.$strip>, z.ZodTransform<import("./turn.js").AsTurn<{
    role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
    content?: unknown;
    tool_calls?: unknown[] | null | undefined;
    tool_call_id?: string | null | undefined;
    function_call?: Readonly<Record<string, unknown>> | null | undefined;
    refusal?: string | null | undefined;
    audio?: Readonly<Record<string, unknown>> | null | undefined;
    name?: string | null | undefined;
    metadata?: string | null | undefined;
}>, {
    role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
    content?: unknown;
    tool_calls?: unknown[] | null | undefined;
    tool_call_id?: string | null | undefined;
    function_call?: Readonly<Record<string, unknown>> | null | undefined;
    refusal?: string | null | undefined;
    audio?: Readonly<Record<string, unknown>> | null | undefined;
    name?: string | null | undefined;
    metadata?: string | null | undefined;
}>>;
export declare const EXAMPLE_MESSAGES: {
    role: string;
    content: string;
}[];
export declare const MessageStatus: z.ZodObject<{
    message_id: z.ZodString;
    stage: z.ZodUnion<readonly [z.ZodLiteral<"extracted" | "indexed" | "stored" | "summarised">, z.ZodLiteral<"failed">]>;
    indexed: z.ZodBoolean;
    summarised: z.ZodBoolean;
    extracted: z.ZodBoolean;
    attempts: z.ZodInt;
    reason: z.ZodNullable<z.ZodString>;
    updated_at: z.ZodString;
}, z.core.$strip>;
/** How long an add waits for what follows it. */
export declare const WaitParameters: z.ZodObject<{
    wait_for: z.ZodOptional<z.ZodString>;
    timeout_ms: z.ZodOptional<z.ZodString>;
}, z.core.$strip>;
export declare const AddedMessages: z.ZodObject<{
    message_ids: z.ZodArray<z.ZodString>;
    transfer_triggered: z.ZodBoolean;
    total_messages: z.ZodInt;
    buffer_status: z.ZodLiteral<"success">;
    background_queued: z.ZodBoolean;
    stage: z.ZodOptional<z.ZodLiteral<"extracted" | "indexed" | "stored" | "summarised">>;
    reached: z.ZodOptional<z.ZodBoolean>;
}, z.core.$strip>;
export declare const messages: {
    list: {
        readonly id: "listMessages";
        readonly method: "get";
        readonly path: "/sessions/{session_id}/messages";
        readonly tag: "messages";
        readonly summary: "List the messages of a session";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            sort_by: z.ZodOptional<z.ZodString>;
            order: z.ZodOptional<z.ZodString>;
            buffer_only: z.ZodOptional<z.ZodString>;
            fields: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                messages: z.ZodArray<z.ZodUnion<readonly [z.ZodObject<{
                    id: z.ZodString;
                    session_id: z.ZodString;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                    role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
                    name: z.ZodNullable<z.ZodString>;
                    metadata: z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>;
                }, z.core.$strip>, z.ZodObject<{
                    id: z.ZodString;
                    session_id: z.ZodString;
                    role: z.ZodLiteral<"assistant" | "system" | "user">;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>]>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    add: {
        readonly id: "addMessages";
        readonly example: {
            messages: {
                role: string;
                content: string;
            }[];
        };
        readonly method: "post";
        readonly path: "/sessions/{session_id}/messages";
        readonly tag: "messages";
        readonly summary: "Add messages to a session";
        readonly access: "write";
        readonly query: z.ZodObject<{
            wait_for: z.ZodOptional<z.ZodString>;
            timeout_ms: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly body: z.ZodObject<{
            messages: z.ZodArray<z.ZodPipe<z.ZodObject<{
                role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
                content: z.ZodOptional<z.ZodUnknown>;
                tool_calls: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnknown>>>;
                tool_call_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                function_call: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
                refusal: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                audio: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
                name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
                created_at: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
            }, z.core.$strip>, z.ZodTransform<import("./turn.js").AsTurn<{
                role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
                content?: unknown;
                tool_calls?: unknown[] | null | undefined;
                tool_call_id?: string | null | undefined;
                function_call?: Readonly<Record<string, unknown>> | null | undefined;
                refusal?: string | null | undefined;
                audio?: Readonly<Record<string, unknown>> | null | undefined;
                name?: string | null | undefined;
                metadata?: string | null | undefined;
                created_at?: number | null | undefined;
            }>, {
                role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
                content?: unknown;
                tool_calls?: unknown[] | null | undefined;
                tool_call_id?: string | null | undefined;
                function_call?: Readonly<Record<string, unknown>> | null | undefined;
                refusal?: string | null | undefined;
                audio?: Readonly<Record<string, unknown>> | null | undefined;
                name?: string | null | undefined;
                metadata?: string | null | undefined;
                created_at?: number | null | undefined;
            }>>>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                message_ids: z.ZodArray<z.ZodString>;
                transfer_triggered: z.ZodBoolean;
                total_messages: z.ZodInt;
                buffer_status: z.ZodLiteral<"success">;
                background_queued: z.ZodBoolean;
                stage: z.ZodOptional<z.ZodLiteral<"extracted" | "indexed" | "stored" | "summarised">>;
                reached: z.ZodOptional<z.ZodBoolean>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
        readonly creates: true;
    };
    read: {
        readonly id: "readMessages";
        readonly example: {
            readonly message_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
        };
        readonly method: "post";
        readonly path: "/sessions/{session_id}/messages/read";
        readonly tag: "messages";
        readonly summary: "Read messages by id";
        readonly access: "read";
        readonly query: z.ZodObject<{
            fields: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly body: z.ZodObject<{
            message_ids: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                messages: z.ZodArray<z.ZodUnion<readonly [z.ZodObject<{
                    id: z.ZodString;
                    session_id: z.ZodString;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                    role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
                    name: z.ZodNullable<z.ZodString>;
                    metadata: z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>;
                }, z.core.$strip>, z.ZodObject<{
                    id: z.ZodString;
                    session_id: z.ZodString;
                    role: z.ZodLiteral<"assistant" | "system" | "user">;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>]>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    update: {
        readonly id: "updateMessages";
        readonly example: {
            readonly message_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
            readonly new_messages: {
                role: string;
                content: string;
            }[];
        };
        readonly method: "put";
        readonly path: "/sessions/{session_id}/messages";
        readonly tag: "messages";
        readonly summary: "Replace messages";
        readonly access: "write";
        readonly body: z.ZodObject<{
            message_ids: z.ZodArray<z.ZodString>;
            new_messages: z.ZodArray<z.ZodPipe<z.ZodObject<{
                role: z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">;
                content: z.ZodOptional<z.ZodUnknown>;
                tool_calls: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnknown>>>;
                tool_call_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                function_call: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
                refusal: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                audio: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
                name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
            }, z.core.$strip>, z.ZodTransform<import("./turn.js").AsTurn<{
                role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
                content?: unknown;
                tool_calls?: unknown[] | null | undefined;
                tool_call_id?: string | null | undefined;
                function_call?: Readonly<Record<string, unknown>> | null | undefined;
                refusal?: string | null | undefined;
                audio?: Readonly<Record<string, unknown>> | null | undefined;
                name?: string | null | undefined;
                metadata?: string | null | undefined;
            }>, {
                role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
                content?: unknown;
                tool_calls?: unknown[] | null | undefined;
                tool_call_id?: string | null | undefined;
                function_call?: Readonly<Record<string, unknown>> | null | undefined;
                refusal?: string | null | undefined;
                audio?: Readonly<Record<string, unknown>> | null | undefined;
                name?: string | null | undefined;
                metadata?: string | null | undefined;
            }>>>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                message_ids: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    delete: {
        readonly id: "deleteMessages";
        readonly example: {
            readonly message_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
        };
        readonly method: "delete";
        readonly path: "/sessions/{session_id}/messages";
        readonly tag: "messages";
        readonly summary: "Delete messages";
        readonly access: "write";
        readonly body: z.ZodObject<{
            message_ids: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                message_ids: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    statuses: {
        readonly id: "listMessageStatuses";
        readonly method: "get";
        readonly path: "/sessions/{session_id}/messages/status";
        readonly tag: "messages";
        readonly summary: "Show the stages of the background work on the messages of a session";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                messages: z.ZodArray<z.ZodObject<{
                    message_id: z.ZodString;
                    stage: z.ZodUnion<readonly [z.ZodLiteral<"extracted" | "indexed" | "stored" | "summarised">, z.ZodLiteral<"failed">]>;
                    indexed: z.ZodBoolean;
                    summarised: z.ZodBoolean;
                    extracted: z.ZodBoolean;
                    attempts: z.ZodInt;
                    reason: z.ZodNullable<z.ZodString>;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
                next_cursor: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    status: {
        readonly id: "getMessageStatus";
        readonly method: "get";
        readonly path: "/messages/{message_id}/status";
        readonly tag: "messages";
        readonly summary: "Show the stage of the background work on a message";
        readonly access: "read";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                message: z.ZodObject<{
                    message_id: z.ZodString;
                    stage: z.ZodUnion<readonly [z.ZodLiteral<"extracted" | "indexed" | "stored" | "summarised">, z.ZodLiteral<"failed">]>;
                    indexed: z.ZodBoolean;
                    summarised: z.ZodBoolean;
                    extracted: z.ZodBoolean;
                    attempts: z.ZodInt;
                    reason: z.ZodNullable<z.ZodString>;
                    updated_at: z.ZodString;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
