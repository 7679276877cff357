import type { z } from 'zod';
import { type BesideContent } from './chat-turn.js';
/** A message that has been read: what was said is text, and what came with it is JSON text. */
export type AsTurn<M> = Omit<M, 'content' | keyof BesideContent> & {
    readonly content: string;
    readonly source?: string | undefined;
    readonly foundBy?: string | undefined;
};
/**
 * Takes a message in any shape of chat APIs. A message of the user that holds tool results and nothing else, which
 * is how one API has them, is one of role `tool`; under which role it was sent is kept.
 */
export declare const asTurn: <S extends z.ZodObject<{
    role: z.ZodType<string>;
}>>(schema: S) => z.ZodPipe<S, z.ZodTransform<Awaited<AsTurn<z.output<S>>>, z.infer<S>>>;
