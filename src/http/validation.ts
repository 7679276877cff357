import type { z } from 'zod';
import { type Detail, RefusalError } from './errors.ts';
import { isJsonType } from './media-type.ts';

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

const tooShort = (issue: Extract<Issue, { code: 'too_small' }>): Kind => {
  const min = Number(issue.minimum);
  const characters = min === 1 ? 'character' : 'characters';
  return issue.origin === 'string'
    ? { type: 'string_too_short', msg: `String should have at least ${min} ${characters}`, ctx: { min_length: min } }
    : { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${min}`, ctx: { ge: min } };
};

const tooLong = (issue: Extract<Issue, { code: 'too_big' }>): Kind => {
  const max = Number(issue.maximum);
  return issue.origin === 'string'
    ? { type: 'string_too_long', msg: `String should have at most ${max} characters`, ctx: { max_length: max } }
    : { type: 'less_than_equal', msg: `Input should be less than or equal to ${max}`, ctx: { le: max } };
};

const kindOf = (issue: Issue, input: unknown): Kind => {
  if (input === undefined) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, input);
    case 'invalid_value': {
      const expected = quoted(issue.values);
      const type = issue.path.at(-1) === 'store_type' ? 'enum' : 'literal_error';
      return { type, msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'too_small':
      return tooShort(issue);
    case 'too_big':
      return tooLong(issue);
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

/** A 422 out of what zod found wrong with a body of this media type, in the form that pydantic gave it. */
export const bodyValidationError = (error: z.core.$ZodError, body: unknown, bodyType: string): RefusalError => {
  if (body === '' && !isJsonType(bodyType)) {
    const msg = `Input should be a valid dictionary or object to extract fields from; the body came as ${bodyType}, send it as application/json`;
    return validationError([{ type: 'model_attributes_type', loc: ['body'], msg, input: null }]);
  }
  return validationError(
    error.issues.slice(0, MAX_DETAILS).map((issue): Detail => {
      const input = at(body, issue.path);
      const shown = input === undefined ? at(body, issue.path.slice(0, -1)) : input;
      return { ...kindOf(issue, input), loc: ['body', ...(issue.path as (string | number)[])], input: echo(shown) };
    }),
  );
};
