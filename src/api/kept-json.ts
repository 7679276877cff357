import { z } from 'zod';
import { NOT_WELL_FORMED } from './scalars.ts';

const MAX_DEPTH = 32;
/** Most characters of a number that an error repeats. */
const MAX_SHOWN = 40;

const isBranch = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !JSON.isRawJSON(value);

interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const beyondNumbers = (digits: string): string => {
  const shown = digits.length > MAX_SHOWN ? `${digits.slice(0, MAX_SHOWN)}…` : digits;
  return `Input should be a number that others can read, up to 1.8e308; ${shown} is beyond it`;
};

/** What is too deep is a flaw of the whole. */
const TOO_DEEP = 'too deep';

/**
 * The first value that would come back as another, and where it stands; null when there is none. Without a list of what
 * stands in a list: numbers in tens of thousands are what people keep.
 */
const flawOf = (value: unknown, depth: number): Flaw | typeof TOO_DEEP | null => {
  if (typeof value === 'string') return value.isWellFormed() ? null : { path: [], message: NOT_WELL_FORMED };
  if (typeof value !== 'object' || value === null) return null;
  if (JSON.isRawJSON(value)) {
    return Number.isFinite(Number(value.rawJSON)) ? null : { path: [], message: beyondNumbers(value.rawJSON) };
  }
  if (depth > MAX_DEPTH) return TOO_DEEP;
  const within = (key: string | number, item: unknown): Flaw | typeof TOO_DEEP | null => {
    const flaw = flawOf(item, depth + 1);
    return flaw === null || flaw === TOO_DEEP ? flaw : { path: [key, ...flaw.path], message: flaw.message };
  };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const flaw = within(i, value[i]);
      if (flaw) return flaw;
    }
    return null;
  }
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) return { path: [], message: NOT_WELL_FORMED };
    const flaw = within(key, (value as Record<string, unknown>)[key]);
    if (flaw) return flaw;
  }
  return null;
};

/** What of a JSON value cannot be kept as it is, `what` naming it: that it is too deep, or the first flawed value in it. */
export const problemOf = (value: unknown, what: string): Flaw | null => {
  const flaw = flawOf(value, 1);
  return flaw === TOO_DEEP ? { path: [], message: `${what} should be nested at most ${MAX_DEPTH} levels deep` } : flaw;
};

const tooLarge = (value: unknown, what: string, maxBytes: number): Flaw | null => {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes <= maxBytes) return null;
  return { path: [], message: `${what} should take at most ${maxBytes} bytes as JSON, not ${bytes}` };
};

/** Any JSON object, in an answer. Not a record: zod's would drop a key named __proto__. */
export const AnyObject = z
  .custom<Readonly<Record<string, unknown>>>((value) => isBranch(value) && !Array.isArray(value))
  .meta({ override: { type: 'object', additionalProperties: true } });

/**
 * A JSON object that is kept as it is. It leaves validation as JSON text, so that nothing after it can change a number that
 * no double holds; `what` names it in errors.
 */
export const keptObject = (what: string, maxBytes: number) =>
  z
    // Not a record, for the same reason.
    .unknown()
    .check(({ value: input, issues }) => {
      if (!isBranch(input) || Array.isArray(input)) {
        issues.push({ code: 'invalid_type', expected: 'record', input });
        return;
      }
      // Not before it is known to be shallow: writing deep nesting down takes the stack.
      const problem = problemOf(input, what) ?? tooLarge(input, what, maxBytes);
      if (problem) issues.push({ code: 'custom', input, ...problem, path: [...problem.path] });
    })
    .transform((value) => JSON.stringify(value));
