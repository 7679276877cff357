import { z } from 'zod';
export declare const MAX_CONTEXT_TOKENS = 200000;
/** What the request for a block may say beside whose memory it is about. */
export declare const contextFields: {
    max_tokens: z.ZodDefault<z.ZodPipe<z.ZodPreprocess<z.ZodInt, unknown>, z.ZodInt>>;
    format: z.ZodDefault<z.ZodLiteral<"messages" | "text">>;
    as_of: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<import("./scalars.js").LocalMoment, string>>>>;
    deadline_ms: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
    min_score: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
};
export declare const ContextData: z.ZodObject<{
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
}, z.core.$strip>;
export declare const contextOfUser: {
    readonly id: "contextOfUser";
    readonly example: {
        readonly query: "What is Rex afraid of?";
        readonly max_tokens: 200;
    };
    readonly method: "post";
    readonly path: "/users/{user_id}/context";
    readonly tag: "query";
    readonly summary: "Search the memory of a user and answer a block of text for a prompt";
    readonly access: "read";
    readonly body: z.ZodObject<{
        max_tokens: z.ZodDefault<z.ZodPipe<z.ZodPreprocess<z.ZodInt, unknown>, z.ZodInt>>;
        format: z.ZodDefault<z.ZodLiteral<"messages" | "text">>;
        as_of: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<import("./scalars.js").LocalMoment, string>>>>;
        deadline_ms: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
        min_score: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodPreprocess<z.ZodNumber, unknown>, z.ZodNumber>>>;
        query: z.ZodString;
        session_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        agent_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
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
        }, z.core.$strip>;
        readonly headers: z.ZodObject<{
            'Server-Timing': z.ZodString;
            'X-Memfuse-Degraded': z.ZodString;
        }, z.core.$strip>;
    };
    readonly refusals: readonly [404];
};
