/**
 * Turns in the shapes in which chat APIs give them: content as a list of parts, calls of tools beside it or in it, results of
 * tools. What was said becomes text; everything else is kept as it was sent.
 */
type Fields = Readonly<Record<string, unknown>>;
/** What a turn of any shape comes to. */
export interface ReadTurn {
    readonly content: string;
    /** What else it is found by: calls, results and files beside its text. */
    readonly foundBy: string | null;
    /** Everything that is neither its text nor a field of its own, as it was sent; null for a turn of text alone. */
    readonly source: Fields | null;
    /** Whether it holds tool results and nothing else, under any role. */
    readonly isResult: boolean;
}
export declare const isFields: (value: unknown) => value is Fields;
/**
 * The text of a part that is text; null for one of another kind, undefined for one that says it is text and has none. One
 * API hands it out with what it cites: `{text: {value, annotations}}`.
 */
export declare const textOfPart: (part: Fields) => string | null | undefined;
/** What of a turn stands beside its content. */
export interface BesideContent {
    readonly tool_calls?: readonly unknown[] | null | undefined;
    readonly tool_call_id?: string | null | undefined;
    readonly function_call?: Fields | null | undefined;
    readonly refusal?: string | null | undefined;
    readonly audio?: Fields | null | undefined;
}
/**
 * Reads a turn whose parts are strings and objects. Text parts are joined by line breaks. A turn without a text of its own
 * goes by its calls and results, or by the kinds of its parts, and `source.content` is null then. Null when there is nothing
 * in it at all.
 */
export declare const readTurn: (content: unknown, beside: BesideContent) => ReadTurn | null;
export {};
