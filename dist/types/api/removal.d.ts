import { z } from 'zod';
/** The headers of an answer to a deletion. */
export declare const RemovalHeaders: z.ZodObject<{
    'X-Memfuse-Removal': z.ZodOptional<z.ZodLiteral<"pending">>;
}, z.core.$strip>;
