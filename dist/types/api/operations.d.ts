import { z } from 'zod';
/** What the one who runs the server asks of it. */
export declare const operations: {
    showConfig: {
        readonly id: "showConfig";
        readonly method: "get";
        readonly path: "/admin/config";
        readonly tag: "admin";
        readonly summary: "Show the settings in force, without secrets";
        readonly access: "server";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                settings: z.ZodArray<z.ZodObject<{
                    key: z.ZodString;
                    value: z.ZodUnknown;
                    reloadable: z.ZodBoolean;
                }, z.core.$strip>>;
                file: z.ZodNullable<z.ZodString>;
            }, z.core.$strip>;
        };
    };
    reloadConfig: {
        readonly id: "reloadConfig";
        readonly method: "post";
        readonly path: "/admin/config/reload";
        readonly tag: "admin";
        readonly summary: "Read the settings again. When one that is not reloadable has changed, nothing changes";
        readonly access: "server";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                changed: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400];
    };
};
