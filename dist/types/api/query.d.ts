import { z } from 'zod';
export declare const MAX_TOP_K = 1000;
export declare const DeadlineMs: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
export declare const MinScore: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
export declare const QueryResult: z.ZodObject<{
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
}, z.core.$strip>;
export declare const QueryFilters: z.ZodObject<{
    session_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    agent_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    roles: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodLiteral<"assistant" | "developer" | "function" | "system" | "tool" | "user">>>>;
    types: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodLiteral<"knowledge" | "message">>>>;
    created_from: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
    created_to: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
    metadata: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>>>;
}, z.core.$strict>;
/** What the answers of query and context say in headers. */
export declare const ReportHeaders: z.ZodObject<{
    'Server-Timing': z.ZodString;
    'X-Memfuse-Degraded': z.ZodString;
}, z.core.$strip>;
/** Fields that clients of the old server do not know. */
declare const NEW_FIELDS: readonly ['explain', 'fields', 'filters', 'as_of', 'deadline_ms', 'min_score'];
/** Whether a request asks for more than the old server knew, so that its answer may say more. Null is as good as absent. */
export declare const usesNewFields: (body: { readonly [F in (typeof NEW_FIELDS)[number]]?: unknown; }) => boolean;
export declare const EXAMPLE_QUESTION = "What is Rex afraid of?";
/** A question to calls that the old server did not have. */
export declare const Question: z.ZodString;
/** What a question may say beside whose memory it is about. */
export declare const queryFields: {
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
};
export declare const QueryData: z.ZodObject<{
    results: z.ZodArray<z.ZodObject<{
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
    }, z.core.$strip>>;
    total: z.ZodInt;
    degraded: z.ZodOptional<z.ZodArray<z.ZodString>>;
    took_ms: z.ZodOptional<z.ZodNumber>;
}, z.core.$strip>;
export declare const queryUser: {
    readonly id: "queryUser";
    readonly example: {
        query: "What is Rex afraid of?";
    };
    readonly method: "post";
    readonly path: "/users/{user_id}/query";
    readonly tag: "query";
    readonly summary: "Search the memory of a user with a question in plain words";
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
        query: z.ZodString;
        session_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        agent_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    }, z.core.$strip>;
    readonly success: {
        readonly status: 200;
        readonly data: z.ZodObject<{
            results: z.ZodArray<z.ZodObject<{
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
            }, z.core.$strip>>;
            total: z.ZodInt;
            degraded: z.ZodOptional<z.ZodArray<z.ZodString>>;
            took_ms: z.ZodOptional<z.ZodNumber>;
        }, z.core.$strip>;
        readonly headers: z.ZodObject<{
            'Server-Timing': z.ZodString;
            'X-Memfuse-Degraded': z.ZodString;
        }, z.core.$strip>;
    };
    readonly refusals: readonly [404];
};
export {};
