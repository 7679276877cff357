import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';

/** Where a text ceases to be JSON, and why. Lines and columns count from 1, columns in UTF-16 units. */
export interface JsonError {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** `PropertyNameExpected` as words. */
const inWords = (code: ParseErrorCode): string =>
  printParseErrorCode(code)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();

/**
 * The first error of a text that `JSON.parse` refused, by jsonc-parser, since engines do not say where it is. Null when that
 * finds none, or has no room on the stack for what is nested so deeply. Takes 0.1 s for a megabyte.
 */
export const findJsonError = (text: string): JsonError | null => {
  let found: JsonError | null = null;
  const enough = new Error('The first error is enough.');
  const onError = (code: ParseErrorCode, offset: number, _length: number, line: number, column: number): void => {
    found = { offset, line: line + 1, column: column + 1, reason: inWords(code) };
    throw enough;
  };
  try {
    visit(text, { onError }, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error !== enough && !(error instanceof RangeError)) throw error;
  }
  return found;
};
