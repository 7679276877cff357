import { z } from 'zod';
export declare const Knowledge: z.ZodObject<{
    id: z.ZodString;
    user_id: z.ZodString;
    content: z.ZodString;
    created_at: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strip>;
export declare const knowledge: {
    list: {
        readonly id: "listKnowledge";
        readonly method: "get";
        readonly path: "/users/{user_id}/knowledge";
        readonly tag: "knowledge";
        readonly summary: "List the knowledge about a user";
        readonly access: "read";
        readonly query: z.ZodObject<{
            limit: z.ZodOptional<z.ZodString>;
            cursor: z.ZodOptional<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                knowledge: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
                next_cursor: z.ZodOptional<z.ZodNullable<z.ZodString>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    add: {
        readonly id: "addKnowledge";
        readonly example: {
            readonly knowledge: readonly ["Ada is allergic to peanuts."];
        };
        readonly method: "post";
        readonly path: "/users/{user_id}/knowledge";
        readonly tag: "knowledge";
        readonly summary: "State knowledge about a user";
        readonly access: "write";
        readonly body: z.ZodObject<{
            knowledge: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 201;
            readonly data: z.ZodObject<{
                knowledge_ids: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
        readonly creates: true;
    };
    read: {
        readonly id: "readKnowledge";
        readonly example: {
            readonly knowledge_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
        };
        readonly method: "post";
        readonly path: "/users/{user_id}/knowledge/read";
        readonly tag: "knowledge";
        readonly summary: "Read knowledge by id; unknown ids are skipped";
        readonly access: "read";
        readonly body: z.ZodObject<{
            knowledge_ids: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                knowledge: z.ZodArray<z.ZodObject<{
                    id: z.ZodString;
                    user_id: z.ZodString;
                    content: z.ZodString;
                    created_at: z.ZodString;
                    updated_at: z.ZodString;
                }, z.core.$strip>>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
    update: {
        readonly id: "updateKnowledge";
        readonly example: {
            readonly knowledge_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
            readonly new_knowledge: readonly ["Ada is allergic to nuts."];
        };
        readonly method: "put";
        readonly path: "/users/{user_id}/knowledge";
        readonly tag: "knowledge";
        readonly summary: "Replace knowledge; answers the ids that were changed";
        readonly access: "write";
        readonly body: z.ZodObject<{
            knowledge_ids: z.ZodArray<z.ZodString>;
            new_knowledge: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                knowledge_ids: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [400, 404];
    };
    delete: {
        readonly id: "deleteKnowledge";
        readonly example: {
            readonly knowledge_ids: readonly ["019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"];
        };
        readonly method: "delete";
        readonly path: "/users/{user_id}/knowledge";
        readonly tag: "knowledge";
        readonly summary: "Delete knowledge; answers the ids that were deleted";
        readonly access: "write";
        readonly body: z.ZodObject<{
            knowledge_ids: z.ZodArray<z.ZodString>;
        }, z.core.$strip>;
        readonly success: {
            readonly status: 200;
            readonly data: z.ZodObject<{
                knowledge_ids: z.ZodArray<z.ZodString>;
            }, z.core.$strip>;
        };
        readonly refusals: readonly [404];
    };
};
