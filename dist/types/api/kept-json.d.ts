import { z } from 'zod';
interface Flaw {
    readonly path: readonly (string | number)[];
    readonly message: string;
}
/** What of a JSON value cannot be kept as it is, `what` naming it: that it is too deep, or the first flawed value in it. */
export declare const problemOf: (value: unknown, what: string) => Flaw | null;
/** Any JSON object, in an answer. Not a record: zod's would drop a key named __proto__. */
export declare const AnyObject: z.ZodCustom<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;
/**
 * A JSON object that is kept as it is. It leaves validation as JSON text, so that nothing after it can change a number that
 * no double holds; `what` names it in errors.
 */
export declare const keptObject: (what: string, maxBytes: number) => z.ZodPipe<z.ZodUnknown, z.ZodTransform<string, unknown>>;
export {};
