import type { z } from 'zod';
import { NOT_A_NUMBER } from '../api/scalars.ts';
import { type Detail, RefusalError } from './errors.ts';
import { type KnownFields, knownAt, nearestField, shorten } from './known-fields.ts';

/** Most complaints in one answer. */
const MAX_DETAILS = 100;
/** Most values, and most characters of text, that an error sends back of what was sent. */
const MAX_ECHO_VALUES = 100;
const MAX_ECHO_CHARACTERS = 1_000;

type Issue = z.core.$ZodIssue;
type Kind = Pick<Detail, 'type' | 'msg' | 'ctx'>;

const quoted = (values: readonly unknown[]): string => {
  const words = values.map((value) => `'${String(value)}'`);
  const last = words.pop();
  return words.length > 0 ? `${words.join(', ')} or ${last}` : String(last);
};

const wrongType = (expected: string, input: unknown): Kind => {
  switch (expected) {
    case 'string':
      return { type: 'string_type', msg: 'Input should be a valid string' };
    case 'array':
      return { type: 'list_type', msg: 'Input should be a valid list' };
    case 'record':
      return { type: 'dict_type', msg: 'Input should be a valid dictionary' };
    case 'boolean':
      return typeof input === 'string'
        ? { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' }
        : { type: 'bool_type', msg: 'Input should be a valid boolean' };
    case 'int':
      return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
    case 'number':
      return typeof input === 'string'
        ? { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' }
        : { type: 'int_type', msg: 'Input should be a valid integer' };
    default:
      return {
        type: 'model_attributes_type',
        msg: 'Input should be a valid dictionary or object to extract fields from',
      };
  }
};

/** Zod expects a `number` of whole ones too. */
const notANumber = (input: unknown): Kind =>
  typeof input === 'string'
    ? { type: 'float_parsing', msg: `${NOT_A_NUMBER}, unable to parse string as a number` }
    : { type: 'float_type', msg: NOT_A_NUMBER };

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

const lengthOf = (input: unknown): number => (Array.isArray(input) ? input.length : 0);

const tooSmall = (issue: Extract<Issue, { code: 'too_small' }>, input: unknown): Kind => {
  const min = Number(issue.minimum);
  if (issue.origin === 'string') {
    const msg = `String should have at least ${counted(min, 'character')}`;
    return { type: 'string_too_short', msg, ctx: { min_length: min } };
  }
  if (issue.origin === 'array') {
    const actual = lengthOf(input);
    const msg = `List should have at least ${counted(min, 'item')} after validation, not ${actual}`;
    return { type: 'too_short', msg, ctx: { field_type: 'List', min_length: min, actual_length: actual } };
  }
  return issue.inclusive === false
    ? { type: 'greater_than', msg: `Input should be greater than ${min}`, ctx: { gt: min } }
    : { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${min}`, ctx: { ge: min } };
};

const tooBig = (issue: Extract<Issue, { code: 'too_big' }>, input: unknown): Kind => {
  const max = Number(issue.maximum);
  if (issue.origin === 'string') {
    const msg = `String should have at most ${counted(max, 'character')}`;
    return { type: 'string_too_long', msg, ctx: { max_length: max } };
  }
  if (issue.origin === 'array') {
    const actual = lengthOf(input);
    const msg = `List should have at most ${counted(max, 'item')} after validation, not ${actual}`;
    return { type: 'too_long', msg, ctx: { field_type: 'List', max_length: max, actual_length: actual } };
  }
  return { type: 'less_than_equal', msg: `Input should be less than or equal to ${max}`, ctx: { le: max } };
};

const kindOf = (issue: Issue, input: unknown): Kind => {
  if (input === undefined) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message === NOT_A_NUMBER) return notANumber(input);
      return wrongType(issue.expected, input);
    case 'invalid_value': {
      const expected = quoted(issue.values);
      const type = issue.path.at(-1) === 'store_type' ? 'enum' : 'literal_error';
      return { type, msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'too_small':
      return tooSmall(issue, input);
    case 'too_big':
      return tooBig(issue, input);
    default:
      return { type: 'value_error', msg: issue.message };
  }
};

const at = (body: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], body);

/** Walks no further than the limits, since to stringify deep nesting first would take seconds and then the stack. */
const isEchoable = (value: unknown): boolean => {
  const waiting = [value];
  let values = 0;
  let characters = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    values += 1;
    if (typeof next === 'string') characters += next.length;
    if (values > MAX_ECHO_VALUES || characters > MAX_ECHO_CHARACTERS) return false;
    if (typeof next !== 'object' || next === null) continue;
    if (Object.keys(next).length > MAX_ECHO_VALUES) return false;
    waiting.push(...Object.keys(next), ...Object.values(next));
  }
  return true;
};

const echo = (value: unknown): unknown => {
  if (isEchoable(value)) return value ?? null;
  return typeof value === 'string' ? `${value.slice(0, MAX_ECHO_CHARACTERS)}…` : '(too large to repeat)';
};

/** A 422 out of details: the list, and beside it the envelope with a field and a message for each. */
export const validationError = (details: readonly Detail[]): RefusalError =>
  new RefusalError({
    status: 422,
    message: 'Validation error',
    errors: details.map(({ loc, msg }) => ({ field: loc.slice(1).join('.') || String(loc[0]), message: msg })),
    detail: details,
  });

const locOf = (path: readonly PropertyKey[]): (string | number)[] => ['body', ...(path as (string | number)[])];

/** Keys that a closed object does not know, each with what was sent under it and the nearest that it knows. */
const extras = (
  { keys, path }: Extract<Issue, { code: 'unrecognized_keys' }>,
  body: unknown,
  known: KnownFields | null,
): Detail[] =>
  keys.slice(0, MAX_DETAILS).map((key) => {
    const nearest = nearestField(key, knownAt(known, path));
    return {
      type: 'extra_forbidden',
      msg: `Extra inputs are not permitted${nearest === null ? '' : `; the nearest that is known is '${nearest}'`}`,
      loc: locOf([...path, shorten(key)]),
      input: echo(at(body, [...path, key])),
    };
  });

/** A 422 out of what zod found wrong with a body, in the form that pydantic gave it. */
export const bodyValidationError = (
  error: z.core.$ZodError,
  body: unknown,
  known: KnownFields | null,
): RefusalError => {
  return validationError(
    error.issues
      .slice(0, MAX_DETAILS)
      .flatMap((issue): Detail[] => {
        if (issue.code === 'unrecognized_keys') return extras(issue, body, known);
        const input = at(body, issue.path);
        const shown = input === undefined ? at(body, issue.path.slice(0, -1)) : input;
        return [{ ...kindOf(issue, input), loc: locOf(issue.path), input: echo(shown) }];
      })
      .slice(0, MAX_DETAILS),
  );
};
