import { FileError } from './file-error.ts';

/** Characters of a line: more than the largest message with its metadata. */
const MOST_CHARACTERS = 16_777_216;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
  /** Whether it has an end; only the last may have none. */
  readonly isEnded: boolean;
}

/** The lines of a text that comes in pieces. Errors: `FileError` for one that is no UTF-8, or has a line without an end. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let rest = '';
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new FileError(`The file is not text in UTF-8, at line ${number} or below it. Export it again.`);
    }
  };
  for await (const piece of pieces) {
    rest += decode(piece);
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield { number, text: rest.slice(from, end), isEnded: true };
      number += 1;
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > MOST_CHARACTERS) {
      throw new FileError(`Line ${number} has more than ${MOST_CHARACTERS} characters, which no message has.`);
    }
  }
  rest += decode();
  if (rest !== '') yield { number, text: rest, isEnded: false };
}
