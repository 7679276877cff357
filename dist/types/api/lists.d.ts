import { z } from 'zod';
/** Largest page a list of messages or chunks returns. */
export declare const MAX_LIST_LIMIT = 100;
export declare const DEFAULT_LIST_LIMIT = 20;
/** Query parameters arrive as text and are checked by hand, since a wrong one is a 400 of its own wording. */
export declare const limitParameter: z.ZodOptional<z.ZodString>;
export declare const orderParameter: z.ZodOptional<z.ZodString>;
export declare const cursorParameter: z.ZodOptional<z.ZodString>;
export declare const NextCursor: z.ZodNullable<z.ZodString>;
/** What asks for a page of a list that is told whole without. */
export declare const pageParameters: {
    limit: z.ZodOptional<z.ZodString>;
    cursor: z.ZodOptional<z.ZodString>;
};
/** `next_cursor` in the data of a list that clients knew before it had pages: there when `cursor` was sent. */
export declare const NextCursorWhenAsked: z.ZodOptional<z.ZodNullable<z.ZodString>>;
/** Of a create: whether what has the name already is as good as a new one. */
export declare const getOrCreateParameter: z.ZodOptional<z.ZodString>;
