import { z } from 'zod';
export declare const health: {
    report: {
        readonly id: "health";
        readonly method: "get";
        readonly path: "/health";
        readonly tag: "health";
        readonly summary: "Name and version of the server";
        readonly access: "none";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                status: z.ZodLiteral<"ok">;
                version: z.ZodString;
                storage: z.ZodString;
                embedding_provider: z.ZodString;
                buffer_enabled: z.ZodBoolean;
                api_keys: z.ZodBoolean;
            }, z.core.$strip>;
        };
    };
    live: {
        readonly id: "live";
        readonly method: "get";
        readonly path: "/health/live";
        readonly tag: "health";
        readonly summary: "The process runs";
        readonly access: "none";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                status: z.ZodLiteral<"ok">;
            }, z.core.$strip>;
        };
    };
    ready: {
        readonly id: "ready";
        readonly method: "get";
        readonly path: "/health/ready";
        readonly tag: "health";
        readonly summary: "The process can serve: its storage answers";
        readonly access: "none";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                status: z.ZodLiteral<"ok">;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [503];
    };
};
