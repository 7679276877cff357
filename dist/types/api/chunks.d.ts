import { z } from 'zod';
export declare const chunks: {
    ofSession: {
        readonly id: "listSessionChunks";
        readonly method: "get";
        readonly path: "/sessions/{session_id}/chunks";
        readonly tag: "chunks";
        readonly summary: "List the chunks made of a session";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            sort_by: z.ZodOptional<z.ZodString>;
            order: z.ZodOptional<z.ZodString>;
            store_type: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                chunks: z.ZodArray<z.ZodObject<{
                    chunk_id: z.ZodString;
                    content: z.ZodString;
                    metadata: z.ZodRecord<z.ZodString, z.ZodUnknown>;
                }, z.core.$strip>>;
                total_count: z.ZodInt;
                session_id: z.ZodString;
                store_type: z.ZodString;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    ofRound: {
        readonly id: "listRoundChunks";
        readonly method: "get";
        readonly path: "/rounds/{round_id}/chunks";
        readonly tag: "chunks";
        readonly summary: "List the chunks made of the messages of one POST";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            sort_by: z.ZodOptional<z.ZodString>;
            order: z.ZodOptional<z.ZodString>;
            store_type: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                chunks: z.ZodArray<z.ZodObject<{
                    chunk_id: z.ZodString;
                    content: z.ZodString;
                    metadata: z.ZodRecord<z.ZodString, z.ZodUnknown>;
                }, z.core.$strip>>;
                total_count: z.ZodInt;
                session_id: z.ZodString;
                store_type: z.ZodString;
                round_id: z.ZodString;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    stats: {
        readonly id: "chunkStats";
        readonly method: "get";
        readonly path: "/chunks/stats";
        readonly tag: "chunks";
        readonly summary: "Count the chunks of a user";
        readonly access: "read";
        readonly query: z.ZodObject<{
            user_id: z.ZodOptional<z.ZodString>;
            session_id: z.ZodOptional<z.ZodString>;
            store_type: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                total_chunks: z.ZodInt;
                by_store: z.ZodRecord<z.ZodString, z.ZodInt>;
                filters: z.ZodObject<{
                    user_id: z.ZodString;
                    session_id: z.ZodNullable<z.ZodString>;
                    store_type: z.ZodNullable<z.ZodString>;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
};
