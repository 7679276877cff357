import { FileError } from './file-error.ts';
import { Records } from './formats/drafts.ts';
import { draftsOf } from './formats/elements.ts';
import { elementsOf } from './formats/json.ts';
import { isOwn, readOwn } from './formats/own.ts';
import type { ReadRecord } from './import.ts';
import { type Line, linesOf } from './lines.ts';

/** Whom a file of another system is about. */
export interface ReadOptions {
  /** The name of the user of whatever names none. */
  readonly user: string;
  /** The time of what has none: epoch milliseconds. */
  readonly atMs: number;
}

/** A file that can be read more than once. */
export type Open = () => AsyncIterable<Uint8Array>;

const firstLineOf = async (open: Open): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of open()) {
    text = (text + decoder.decode(piece, { stream: true })).trimStart();
    // A list may be one line of gigabytes.
    if (text.startsWith('[')) return '[';
    if (text.includes('\n')) break;
  }
  if (text === '') throw new FileError('The file is empty. Export it again.');
  return text.split('\n', 1)[0]?.trim() ?? '';
};

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const NO_FORM = 'This is of no form that is known: no message, no conversation and no memory';

async function* fromLines(lines: AsyncIterable<Line>, records: Records): AsyncGenerator<ReadRecord, void> {
  for await (const { number: line, text, isEnded } of lines) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (!isEnded)
        throw new FileError(`The file ends in the middle of line ${line}: it was not written whole. Export it again.`);
      yield { line, problem: 'This is no JSON' };
      continue;
    }
    yield* recordsOf(line, value, records);
  }
}

function* recordsOf(line: number, value: unknown, records: Records): Generator<ReadRecord, void> {
  const drafts = draftsOf(line, value);
  if (drafts === null) yield { line, problem: NO_FORM };
  else for (const draft of drafts) yield* records.of(draft);
}

async function* fromElements(elements: AsyncIterable<unknown>, records: Records): AsyncGenerator<ReadRecord, void> {
  let place = 0;
  for await (const element of elements) {
    place += 1;
    // Of an object at the root its single fields say nothing.
    if (typeof element !== 'object' || element === null) continue;
    yield* recordsOf(place, element, records);
  }
}

/**
 * The records of a file, whatever system wrote it: an export of this server, messages or memories one a line, or the JSON of
 * mem0, OpenMemory, Zep, Letta, ChatGPT, Claude or a LangGraph store. It reads in pieces, so that a file of any size takes little memory.
 * Errors: `FileError` for what is not whole.
 */
export async function* readRecords(open: Open, { user, atMs }: ReadOptions): AsyncGenerator<ReadRecord, void> {
  const first = await firstLineOf(open);
  if (isOwn(first)) return yield* readOwn(linesOf(open()));
  const records = new Records(user, atMs);
  const isJsonLines = isObject(first) && (await hasMoreLines(open));
  if (isJsonLines) return yield* fromLines(linesOf(open()), records);
  if (!/^[[{]/.test(first)) {
    throw new FileError(
      'The file is neither JSON nor JSON Lines. Give an export of MemFuse, or one of a system that it reads.',
    );
  }
  yield* fromElements(elementsOf(open()), records);
}

/** Whether there is more than one line with something in it, or one line that is an element by itself. */
const hasMoreLines = async (open: Open): Promise<boolean> => {
  let count = 0;
  let first = '';
  for await (const { text } of linesOf(open())) {
    if (text.trim() === '') continue;
    count += 1;
    if (count === 1) first = text;
    else return true;
  }
  // One line alone may be a message, or the JSON of all.
  return draftsOf(1, JSON.parse(first)) !== null;
};
