import { z } from 'zod';
import { NOT_WELL_FORMED } from './scalars.ts';

const MAX_DEPTH = 32;
/** Most characters of a number that an error repeats. */
const MAX_SHOWN = 40;

const isBranch = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !JSON.isRawJSON(value);

/** Walks level by level, since what is nested too deeply is too deep for recursion as well. */
const isTooDeep = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((item) => (isBranch(item) ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
};

interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The first value that would come back as another, and where it stands; null when there is none. */
const flawOf = (value: unknown): Flaw | null => {
  if (typeof value === 'string') return value.isWellFormed() ? null : { path: [], message: NOT_WELL_FORMED };
  if (JSON.isRawJSON(value)) {
    if (Number.isFinite(Number(value.rawJSON))) return null;
    const shown = value.rawJSON.length > MAX_SHOWN ? `${value.rawJSON.slice(0, MAX_SHOWN)}…` : value.rawJSON;
    return { path: [], message: `Input should be a number that others can read, up to 1.8e308; ${shown} is beyond it` };
  }
  if (!isBranch(value)) return null;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed()) return { path: [], message: NOT_WELL_FORMED };
    const flaw = flawOf(item);
    if (flaw) return { path: [isList ? Number(key) : key, ...flaw.path], message: flaw.message };
  }
  return null;
};

/** What of a JSON value cannot be kept as it is, `what` naming it: that it is too deep, or the first flawed value in it. */
export const problemOf = (value: unknown, what: string): Flaw | null =>
  isTooDeep(value) ? { path: [], message: `${what} should be nested at most ${MAX_DEPTH} levels deep` } : flawOf(value);

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
