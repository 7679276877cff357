import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseExactJson } from '../../platform/exact-json.ts';
import { FileError } from '../file-error.ts';
import type { ReadRecord } from '../import.ts';
import type { Line } from '../lines.ts';
import { ExportedRecord, FORMAT } from '../records.ts';

const Header = z.object({ memfuse_export: z.number() });
const End = z.object({ end: z.literal(true), records: z.int(), sha256: z.string() });

const parsed = (text: string): unknown => {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
};

/** Whether a first line begins an export of this server. */
export const isOwn = (firstLine: string): boolean => Header.safeParse(parsed(firstLine)).success;

/** What zod has against a record, in a sentence. */
const problemOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');

/** The records of an export of this server. Errors: `FileError` for one that is not whole, or not as it was written. */
export async function* readOwn(lines: AsyncIterable<Line>): AsyncGenerator<ReadRecord, void> {
  const digest = createHash('sha256');
  let records = 0;
  let end: z.output<typeof End> | null = null;
  for await (const { number: line, text, isEnded } of lines) {
    if (text === '') continue;
    if (end)
      throw new FileError(`There is more behind the end of the export, at line ${line}. Import each file by itself.`);
    const value = parsed(text);
    if (line === 1) {
      const { memfuse_export: format } = Header.parse(value);
      if (format > FORMAT)
        throw new FileError(
          `The file is of format ${format}, and this server reads up to ${FORMAT}. Import it with a later version.`,
        );
    } else {
      const last = End.safeParse(value);
      if (last.success) {
        end = last.data;
        continue;
      }
      records += 1;
      const read = ExportedRecord.safeParse(value);
      if (value === undefined && !isEnded) break;
      yield read.success
        ? { line, record: read.data }
        : { line, problem: value === undefined ? 'This is no JSON' : problemOf(read.error) };
    }
    digest.update(`${text}\n`);
  }
  if (!end)
    throw new FileError(
      'The export has no end: it was not written whole, or a part of it is missing. Export again, and import that file.',
    );
  if (end.records !== records || end.sha256 !== digest.digest('hex')) {
    throw new FileError(
      'The export is not as it was written: its checksum is another. Import the file as it was exported.',
    );
  }
}
