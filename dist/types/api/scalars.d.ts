import { z } from 'zod';
/** Stands in examples where an id belongs. */
export declare const EXAMPLE_ID = "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b";
/** An identifier the server gave out. Any text is accepted, so that an unknown one is a 404. */
export declare const Id: z.ZodString;
/** The kinds of documents that a result may be. */
export declare const DocumentType: z.ZodLiteral<"knowledge" | "message">;
/** UTC with six decimals of a second, always 27 characters, so that texts sort as times. */
export declare const Timestamp: z.ZodString;
export declare const NOT_WELL_FORMED = "Input should be well-formed Unicode; it holds half of a surrogate pair, as a text does that was cut within an emoji";
/** Text that is kept: what UTF-8 cannot say would come back changed. */
export declare const StoredText: z.ZodString;
/** Text to keep that must hold at least one character; blanks count. */
export declare const NonEmpty: z.ZodString;
/** Text to keep of a bounded number of characters, as JSON Schema counts them. */
export declare const atMost: (schema: typeof StoredText, max: number) => z.ZodString;
export declare const Name: z.ZodString;
export declare const Description: z.ZodString;
/** Absent and null mean the same in a request. */
export declare const maybe: <S extends z.ZodType>(schema: S) => z.ZodOptional<z.ZodNullable<S>>;
/** A whole number; text that spells one is read as it. */
export declare const LaxInteger: z.ZodPreprocess<z.ZodInt, unknown>;
export declare const NOT_A_NUMBER = "Input should be a valid number";
/** A number; text that spells one is read as it. */
export declare const LaxNumber: z.ZodPreprocess<z.ZodNumber, unknown>;
/** A truth value; the usual words, 1 and 0 are read as one. */
export declare const LaxBoolean: z.ZodPreprocess<z.ZodBoolean, unknown>;
/** UTC epoch milliseconds of an ISO 8601 date or time, null when it is none. Without an offset it is UTC. */
export declare const parseInstant: (text: string) => number | null;
/** A moment, and how far the clocks there are ahead of UTC: whose days are meant by "yesterday". */
export interface LocalMoment {
    readonly epochMs: number;
    readonly offsetMs: number;
}
/** The same with its offset, 0 when none is named; null when it is none. */
export declare const parseLocalMoment: (text: string) => LocalMoment | null;
/** A time that a client gives: ISO 8601; it leaves validation as UTC epoch milliseconds. */
export declare const Instant: z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>;
/** The same where days are told from it; it leaves validation with its offset. */
export declare const LocalInstant: z.ZodPipe<z.ZodString, z.ZodTransform<LocalMoment, string>>;
/** The wire form of a time: `parseInstant(formatInstant(t)) === t`. */
export declare const formatInstant: (epochMs: number) => string;
