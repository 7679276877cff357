// Well kept, and reads a JSON text of any size in pieces; JSON.parse would need all of it in memory.
import { JSONParser } from '@streamparser/json';
import { FileError } from '../file-error.ts';

/** Where the files of other systems keep their elements. */
const PLACES = [
  '$.*',
  '$.results.*',
  '$.memories.*',
  '$.messages.*',
  '$.agents.*',
  '$.blocks.*',
  '$.items.*',
  '$.conversations.*',
  '$.sessions.*',
  '$.core_memory.*',
];
/** Members of an object that hold such lists themselves. */
const HOLDERS: ReadonlySet<unknown> = new Set(PLACES.slice(1).map((place) => place.split('.')[1]));

/** The elements of a JSON text: those of a list, or of the lists in an object. Errors: `FileError` where it ends too early or is no JSON. */
export async function* elementsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  const parser = new JSONParser({ paths: PLACES, keepStack: false });
  let found: unknown[] = [];
  let failed: Error | null = null;
  parser.onValue = ({ value, key, stack }) => {
    const isRoot = stack.length === 1;
    if (isRoot && HOLDERS.has(key)) return;
    if (value !== undefined) found.push(value);
  };
  parser.onError = (error) => {
    failed ??= error;
  };
  const assertWell = (): void => {
    if (failed) throw new FileError(`The file is no JSON: ${failed.message.split('\n')[0]}. Export it again.`);
  };
  for await (const piece of pieces) {
    parser.write(piece);
    assertWell();
    yield* found;
    found = [];
  }
  try {
    if (!parser.isEnded) parser.end();
  } catch (error) {
    failed ??= error as Error;
  }
  if (failed)
    throw new FileError('The file ends in the middle of its JSON: it was not written whole. Export it again.');
  yield* found;
}
