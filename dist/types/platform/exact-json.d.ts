/** A number that no double holds, as it stood in the text. `JSON.stringify` writes it as it is. */
export interface RawJson {
    readonly rawJSON: string;
}
declare global {
    interface JSON {
        parse(text: string, reviver: (key: string, value: unknown, context: {
            readonly source: string;
        }) => unknown): unknown;
        rawJSON(text: string): RawJson;
        isRawJSON(value: unknown): value is RawJson;
    }
}
/** A text holds too many values beside a number of so many digits. */
export declare class TooManyValuesError extends Error {
    constructor();
}
/**
 * `JSON.parse`, but a number that a double would change stays as it was written: `JSON.isRawJSON` knows it, and
 * `JSON.stringify` gives it back. Errors: SyntaxError; RangeError for what is nested too deeply; TooManyValuesError.
 */
export declare const parseExactJson: (text: string) => unknown;
/** A JSON value in one form: equal values give equal texts, however their numbers were written and their keys ordered. */
export declare const canonicalJson: (value: unknown) => string;
