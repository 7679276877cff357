import { z } from 'zod';
/** The first things that a client does, by the names that it has: nothing has to be made or looked up before. */
export declare const memories: {
    add: {
        readonly id: "addMemories";
        readonly example: {
            readonly user: "ada";
            readonly messages: {
                role: string;
                content: string;
            }[];
        };
        readonly method: "post";
        readonly path: "/memories";
        readonly tag: "memories";
        readonly summary: "Add messages by the names of a user, an agent and a session, and create those that do not exist";
        readonly access: "write";
        readonly query: z.ZodObject<{
            wait_for: z.ZodOptional<z.ZodString>;
            timeout_ms: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly body: z.ZodObject<{
            user: z.ZodString;
            agent: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            session: z.ZodOptional<z.ZodNullable<z.ZodString>>;
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
        }, z.core.$strict>;
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
                user_id: z.ZodString;
                agent_id: z.ZodString;
                session_id: z.ZodString;
                session_name: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400];
        readonly creates: true;
    };
    search: {
        readonly id: "searchMemories";
        readonly example: {
            readonly user: "ada";
            readonly query: "What is Rex afraid of?";
        };
        readonly method: "post";
        readonly path: "/memories/search";
        readonly tag: "memories";
        readonly summary: "Search the memory of a user, by name, with a question in plain words";
        readonly access: "read";
        readonly body: z.ZodObject<{
            top_k: z.ZodDefault<z.ZodPipe<z.ZodPreprocess<z.ZodInt, unknown>, z.ZodInt>>;
            store_type: z.ZodOptional<z.ZodNullable<z.ZodEnum<{
                graph: "graph";
                hybrid: "hybrid";
                keyword: "keyword";
                vector: "vector";
            }>>>;
            include_messages: z.ZodDefault<z.ZodPreprocess<z.ZodBoolean, unknown>>;
            include_knowledge: z.ZodDefault<z.ZodPreprocess<z.ZodBoolean, unknown>>;
            filters: z.ZodOptional<z.ZodNullable<z.ZodObject<{
                session_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
                agent_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
                roles: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">>>>;
                types: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodLiteral<"knowledge" | "message">>>>;
                created_from: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
                created_to: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
                metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
            }, z.core.$strict>>>;
            as_of: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<import("./scalars.js").LocalMoment, string>>>>;
            deadline_ms: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
            min_score: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
            explain: z.ZodOptional<z.ZodNullable<z.ZodPreprocess<z.ZodBoolean, unknown>>>;
            fields: z.ZodOptional<z.ZodNullable<z.ZodLiteral<"all">>>;
            user: z.ZodString;
            agent: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            session: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            query: z.ZodString;
        }, z.core.$strict>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                results: z.ZodNonOptional<z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    content: z.ZodString;
                    score: z.ZodNumber;
                    type: z.ZodLiteral<"knowledge" | "message">;
                    role: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodNullable<z.ZodString>;
                    updated_at: z.ZodNullable<z.ZodString>;
                    metadata: z.ZodObject<{
                        user_id: z.ZodString;
                        agent_id: z.ZodNullable<z.ZodString>;
                        session_id: z.ZodNullable<z.ZodString>;
                        session_name: z.ZodNullable<z.ZodString>;
                        scope: z.ZodNullable<z.ZodLiteral<"cross_session" | "in_session">>;
                        level: z.ZodInt;
                        retrieval: z.ZodObject<{
                            source: z.ZodString;
                            duplicates: z.ZodOptional<z.ZodInt>;
                        }, z.core.$strip>;
                    }, z.core.$strip>;
                    name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
                    message_metadata: z.ZodOptional<z.ZodNullable<z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>>;
                    explain: z.ZodOptional<z.ZodArray<z.ZodObject<{
                        step: z.ZodString;
                        score: z.ZodNumber;
                        note: z.ZodString;
                    }, z.core.$strip>>>;
                }, z.core.$strip>>>;
                total: z.ZodNonOptional<z.ZodInt>;
                degraded: z.ZodNonOptional<z.ZodOptional<z.ZodArray<z.ZodString>>>;
                took_ms: z.ZodNonOptional<z.ZodOptional<z.ZodNumber>>;
                user_id: z.ZodString;
                agent_id: z.ZodNullable<z.ZodString>;
                session_id: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
            readonly headers: z.ZodObject<{
                'Server-Timing': z.ZodString;
                'X-Memfuse-Degraded': z.ZodString;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    context: {
        readonly id: "contextOfMemories";
        readonly example: {
            readonly user: "ada";
            readonly query: "What is Rex afraid of?";
            readonly max_tokens: 200;
        };
        readonly method: "post";
        readonly path: "/memories/context";
        readonly tag: "memories";
        readonly summary: "Search the memory of a user, by name, and answer a block of text for a prompt";
        readonly access: "read";
        readonly body: z.ZodObject<{
            max_tokens: z.ZodDefault<z.ZodPipe<z.ZodPreprocess<z.ZodInt, unknown>, z.ZodInt>>;
            format: z.ZodDefault<z.ZodLiteral<"messages" | "text">>;
            as_of: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<import("./scalars.js").LocalMoment, string>>>>;
            deadline_ms: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
            min_score: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
            user: z.ZodString;
            agent: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            session: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            query: z.ZodString;
        }, z.core.$strict>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                context: z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodObject<{
                    role: z.ZodString;
                    content: z.ZodString;
                    name: z.ZodOptional<z.ZodString>;
                }, z.core.$strip>>]>;
                tokens: z.ZodInt;
                citations: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    type: z.ZodLiteral<"knowledge" | "message">;
                    session_id: z.ZodNullable<z.ZodString>;
                    created_at: z.ZodString;
                }, z.core.$strip>>;
                truncated: z.ZodBoolean;
                degraded: z.ZodArray<z.ZodString>;
                user_id: z.ZodString;
                agent_id: z.ZodNullable<z.ZodString>;
                session_id: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
            readonly headers: z.ZodObject<{
                'Server-Timing': z.ZodString;
                'X-Memfuse-Degraded': z.ZodString;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
