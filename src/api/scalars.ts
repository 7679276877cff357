import { z } from 'zod';

/** Stands in examples where an id belongs. */
export const EXAMPLE_ID = '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b';

/** An identifier the server gave out. Any text is accepted, so that an unknown one is a 404. */
export const Id = z.string().meta({ description: 'An id that the server gave out.', example: EXAMPLE_ID });

/** The kinds of documents that a result may be. */
export const DocumentType = z.literal(['message', 'knowledge']);

/** UTC with six decimals of a second, always 27 characters, so that texts sort as times. */
export const Timestamp = z.string().meta({ description: 'UTC, fixed width.', example: '2026-11-22T15:27:16.866000Z' });

export const NOT_WELL_FORMED =
  'Input should be well-formed Unicode; it holds half of a surrogate pair, as a text does that was cut within an emoji';

/** Text that is kept: what UTF-8 cannot say would come back changed. */
export const StoredText = z.string().refine((text) => text.isWellFormed(), { error: NOT_WELL_FORMED });

/** Text to keep that must hold at least one character; blanks count. */
export const NonEmpty = StoredText.min(1);

/** Whether a text has more characters than that, an emoji being one. */
const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || [...text].length > max);

/** Text to keep of a bounded number of characters, as JSON Schema counts them. */
export const atMost = (schema: typeof StoredText, max: number) =>
  schema
    .check(({ value: input, issues }) => {
      if (!isLonger(input, max)) return;
      issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input });
    })
    .meta({ maxLength: max });

/** Names stand in lists, in front of messages in search, and in blocks for prompts. */
const MAX_NAME_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 10_000;

export const Name = atMost(NonEmpty, MAX_NAME_LENGTH);
export const Description = atMost(StoredText, MAX_DESCRIPTION_LENGTH);

/** Absent and null mean the same in a request. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.nullish();

const YES = new Set(['true', 'yes', 'on', 'y', 't', '1']);
const NO = new Set(['false', 'no', 'off', 'n', 'f', '0']);

/** A number that a text spells, or that was parsed with more digits than a double has; anything else as it is. */
const numberIn = (value: unknown, spelled: RegExp): unknown => {
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  return typeof value === 'string' && spelled.test(value) ? Number(value) : value;
};

/** A whole number; text that spells one is read as it. */
export const LaxInteger = z.preprocess((value) => numberIn(value, /^\s*[+-]?\d+(\.0+)?\s*$/), z.int());

export const NOT_A_NUMBER = 'Input should be a valid number';

/** A number; text that spells one is read as it. */
export const LaxNumber = z.preprocess(
  (value) => numberIn(value, /^\s*[+-]?\d+(\.\d+)?\s*$/),
  z.number({ error: NOT_A_NUMBER }),
);

/** A truth value; the usual words, 1 and 0 are read as one. */
export const LaxBoolean = z.preprocess((value) => {
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return value;
  const word = value.trim().toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : value;
}, z.boolean());

/** Years of four digits, which is what the wire form holds; many a client's calendar knows no year 0. */
const FIRST_INSTANT_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT_MS = Date.parse('9999-12-31T23:59:59.999Z');

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;

const OFFSET = /(?:Z|([+-])(\d{2}):?(\d{2}))$/i;

/** Dates roll over silently: the 30th of February would be the 2nd of March. */
const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/** UTC epoch milliseconds of an ISO 8601 date or time, null when it is none. Without an offset it is UTC. */
export const parseInstant = (text: string): number | null => {
  const parts = INSTANT.exec(text);
  if (!parts || !isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) return null;
  const hasOffset = OFFSET.test(text.slice(10));
  const time = Date.parse(text.length > 10 && !hasOffset ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T'));
  return time >= FIRST_INSTANT_MS && time <= LAST_INSTANT_MS ? time : null;
};

/** A moment, and how far the clocks there are ahead of UTC: whose days are meant by "yesterday". */
export interface LocalMoment {
  readonly epochMs: number;
  readonly offsetMs: number;
}

/** The same with its offset, 0 when none is named; null when it is none. */
export const parseLocalMoment = (text: string): LocalMoment | null => {
  const epochMs = parseInstant(text);
  if (epochMs === null) return null;
  const [, sign = '+', hours = '0', minutes = '0'] = OFFSET.exec(text.slice(10)) ?? [];
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { epochMs, offsetMs: sign === '-' ? -offsetMs : offsetMs };
};

const timeBy = <T>(parse: (text: string) => T | null) =>
  z
    .string()
    .refine((text) => parse(text) !== null, { error: 'Input should be an ISO 8601 date or time' })
    .transform((text) => parse(text) as T)
    .meta({ description: 'ISO 8601; UTC when it names no offset.', example: '2026-05-01T09:30:00Z' });

/** A time that a client gives: ISO 8601; it leaves validation as UTC epoch milliseconds. */
export const Instant = timeBy(parseInstant);

/** The same where days are told from it; it leaves validation with its offset. */
export const LocalInstant = timeBy(parseLocalMoment);

/** The wire form of a time: `parseInstant(formatInstant(t)) === t`. */
export const formatInstant = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, -1)}000Z`;
