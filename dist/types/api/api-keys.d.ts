import { z } from 'zod';
/** A secret that a client brings along must be as hard to guess as one of ours could be at the least. */
export declare const MIN_SECRET_LENGTH = 32;
export declare const ApiKey: z.ZodObject<{
    id: z.ZodString;
    user_id: z.ZodNullable<z.ZodString>;
    name: z.ZodNullable<z.ZodString>;
    key: z.ZodString;
    permissions: z.ZodObject<{
        read: z.ZodBoolean;
        write: z.ZodBoolean;
        admin: z.ZodBoolean;
    }, z.core.$strip>;
    created_at: z.ZodString;
    expires_at: z.ZodNullable<z.ZodString>;
}, z.core.$strip>;
export declare const apiKeys: {
    list: {
        readonly id: "listApiKeys";
        readonly method: "get";
        readonly path: "/users/{user_id}/api-keys";
        readonly tag: "api-keys";
        readonly summary: "List the API keys bound to a user";
        readonly access: "any";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                api_keys: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodNullable<z.ZodString>;
                    name: z.ZodNullable<z.ZodString>;
                    key: z.ZodString;
                    permissions: z.ZodObject<{
                        read: z.ZodBoolean;
                        write: z.ZodBoolean;
                        admin: z.ZodBoolean;
                    }, z.core.$strip>;
                    created_at: z.ZodString;
                    expires_at: z.ZodNullable<z.ZodString>;
                }, z.core.$strip>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    create: {
        readonly id: "createApiKey";
        readonly example: {
            readonly name: "laptop";
        };
        readonly method: "post";
        readonly path: "/users/{user_id}/api-keys";
        readonly tag: "api-keys";
        readonly summary: "Create an API key that sees one user only";
        readonly access: "any";
        readonly body: z.ZodObject<{
            name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            key: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            permissions: z.ZodOptional<z.ZodNullable<z.ZodObject<{
                read: z.ZodOptional<z.ZodPreprocess<z.ZodBoolean, unknown>>;
                write: z.ZodOptional<z.ZodPreprocess<z.ZodBoolean, unknown>>;
                admin: z.ZodOptional<z.ZodPreprocess<z.ZodBoolean, unknown>>;
            }, z.core.$strip>>>;
            expires_at: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>>;
        }, z.core.$strip>;
        readonly bodyOptional: true;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                api_key: z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodNullable<z.ZodString>;
                    name: z.ZodNullable<z.ZodString>;
                    key: z.ZodString;
                    permissions: z.ZodObject<{
                        read: z.ZodBoolean;
                        write: z.ZodBoolean;
                        admin: z.ZodBoolean;
                    }, z.core.$strip>;
                    created_at: z.ZodString;
                    expires_at: z.ZodNullable<z.ZodString>;
                }, z.core.$strip>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
        readonly creates: true;
    };
    delete: {
        readonly id: "deleteApiKey";
        readonly method: "delete";
        readonly path: "/users/{user_id}/api-keys/{key_id}";
        readonly tag: "api-keys";
        readonly summary: "Revoke an API key, at once";
        readonly access: "any";
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                key_id: z.ZodString;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
