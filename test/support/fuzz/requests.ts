import fc from 'fast-check';
import type { WireRequest } from '../wire.ts';
import type { DescribedCall, JsonSchema } from './description.ts';

/**
 * Requests that a careless or hostile client could send to a call. Ids that only exist once a server runs are written as
 * placeholders, so that the same seed makes the same requests.
 */

/** What a placeholder can stand for, in the world of the asking tenant or in another's. */
export const KINDS = ['user', 'agent', 'session', 'message', 'knowledge', 'key'] as const;
export type Kind = (typeof KINDS)[number];
export const PLACEHOLDER = /@(own|foreign):(\w+)@/g;

const placeholder = (kinds: readonly Kind[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('own', 'own', 'own', 'foreign'), fc.constantFrom(...kinds))
    .map(([whose, kind]) => `@${whose}:${kind}@`);

const KIND_OF_FIELD: readonly [RegExp, Kind][] = [
  [/user_id/, 'user'],
  [/agent_id/, 'agent'],
  [/session_id/, 'session'],
  [/message_id|round_id/, 'message'],
  [/knowledge_id/, 'knowledge'],
  [/key_id/, 'key'],
];

/** An id for a field of this name: mostly of the right kind. */
const idFor = (name: string): fc.Arbitrary<string> => {
  const kind = KIND_OF_FIELD.find(([pattern]) => pattern.test(name))?.[1];
  return kind ? fc.oneof({ weight: 9, arbitrary: placeholder([kind]) }, placeholder(KINDS)) : placeholder(KINDS);
};

const NASTY_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '🦊👩‍👩‍👧‍👦',
  'שלום עולם‮abc',
  '记忆とメモリ기억',
  'ﷺ'.repeat(50),
  'e\u0301'.repeat(50),
  '\u202e\u0007\u001b[31m',
  "'; DROP TABLE users; --",
  '%00%2F..%FF',
  '__proto__',
  'constructor',
  'NaN',
  '1e999',
  '2026-99-99T99:99:99Z',
  'x'.repeat(20_000),
];

const text = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 5e-324),
  fc.integer(),
  fc.double({ noNaN: true }),
);

const nastyKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', '0', 'a.b');

const nastyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    number,
    number.map(String),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(nastyKey, text), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const INSTANTS = [
  '2026-05-01',
  '2026-05-01T09:30:00Z',
  '0001-01-01T00:00:00+14:00',
  '2026-02-30',
  '9999-12-31T23:59:60Z',
];

const textFor = (name: string): fc.Arbitrary<string> => {
  if (/_ids?$/.test(name)) return fc.oneof({ weight: 9, arbitrary: idFor(name) }, text);
  if (/_at$/.test(name)) return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...INSTANTS) }, text);
  return text;
};

/** What the schema wants; when `wild` is true, at each place sometimes anything else. */
const valueFor = (schema: JsonSchema, name: string, wild: boolean): fc.Arbitrary<unknown> => {
  const wanted = (): fc.Arbitrary<unknown> => {
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return fc.oneof(...choices.map((choice) => valueFor(choice, name, wild)));
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if ('const' in schema) return fc.constant(schema.const);
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
      case 'string':
        return textFor(name);
      case 'integer':
      case 'number':
        return wild ? number : fc.integer({ min: -5, max: 50 });
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return wild ? fc.constantFrom('yes', 'off', 1, 0) : fc.boolean();
      case 'array':
        return fc.array(valueFor(schema.items ?? {}, name, wild), { maxLength: 5 });
      case 'object':
        return schema.properties
          ? objectFor(schema.properties, wild)
          : fc.dictionary(fc.oneof(nastyKey, text), nastyValue);
      default:
        return nastyValue;
    }
  };
  const later = fc.constant(null).chain(wanted);
  return wild ? fc.oneof({ weight: 12, arbitrary: later }, nastyValue) : later;
};

const objectFor = (properties: Readonly<Record<string, JsonSchema>>, wild: boolean): fc.Arbitrary<unknown> => {
  const entries = Object.entries(properties).map(([name, child]) => [name, valueFor(child, name, wild)]);
  const whole = fc.record(Object.fromEntries(entries));
  if (!wild) return whole;
  const partial = fc.record(Object.fromEntries(entries), { requiredKeys: [] });
  const extended = fc
    .tuple(whole, fc.dictionary(nastyKey, nastyValue, { maxKeys: 2 }))
    .map(([value, extra]) => ({ ...value, ...extra }));
  return fc.oneof(whole, partial, extended);
};

const INVALID_UTF8 = [[0xff], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]];

/** JSON text with one thing wrong, or unusual, about it as text. */
const mangled = (json: string): fc.Arbitrary<string | Uint8Array> => {
  const bytes = Buffer.from(json);
  return fc.oneof(
    fc.integer({ min: 0, max: bytes.length }).map((end) => bytes.subarray(0, end)),
    fc
      .tuple(fc.integer({ min: 0, max: bytes.length }), fc.constantFrom(...INVALID_UTF8))
      .map(([at, wrong]) => Buffer.concat([bytes.subarray(0, at), Buffer.from(wrong), bytes.subarray(at)])),
    fc.constantFrom(
      `\ufeff${json}`,
      `${json}${json}`,
      json.replace('{', '{"name":1,"name":"twice","query":null,"query":"twice","messages":[],"messages":0,'),
      json.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},'),
      json.replace(/:/, ':1e999,"x":'),
      'NaN',
      '\u0000',
    ),
  );
};

const bodyFor = ({ body }: DescribedCall): fc.Arbitrary<string | Uint8Array | undefined> => {
  const json = fc
    .boolean()
    .chain((wild) => valueFor(body ?? {}, '', wild))
    .map((value) => JSON.stringify(value) ?? 'null');
  return fc.oneof(
    { weight: body ? 6 : 1, arbitrary: json },
    { weight: body ? 2 : 1, arbitrary: json.chain(mangled) },
    { weight: body ? 1 : 6, arbitrary: fc.constant(undefined) },
  );
};

/** Bytes of a path or a query string: escapes that mean something elsewhere, broken ones, and bytes that should be escaped. */
const targetPart = fc.oneof(
  fc.constantFrom(
    '%00',
    '%2F',
    '%2f..%2f',
    '..',
    '.',
    '%',
    '%zz',
    '%ff',
    '%ED%A0%80',
    '+',
    '%2B',
    '&&',
    ';',
    '\\',
    '%5c',
  ),
  fc.constantFrom('x'.repeat(4_000), '%F0%9F%A6%8A', '\xf0\x9f\xa6\x8a', '\xff\xfe', '%u0041', '*', '@', ':', "'"),
  text.map((value) => encodeURIComponent(value.toWellFormed()).slice(0, 3_000)),
);

const targetFor = ({ path, queryNames }: DescribedCall): fc.Arbitrary<string> => {
  const segments = path.split('/').map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name ? fc.oneof({ weight: 6, arbitrary: idFor(name) }, targetPart) : fc.constant(segment);
  });
  const value = (name: string) =>
    fc.oneof(fc.constantFrom('', '0', '-1', '5', '1e3', 'true', 'asc', 'id', 'all'), targetPart, idFor(name));
  const pair = fc.constantFrom(...queryNames, 'name', 'limit', '__proto__').chain((name) => {
    return value(name).map((chosen) => `${name}=${chosen}`);
  });
  const query = fc.array(pair, { maxLength: 4 }).map((pairs) => (pairs.length > 0 ? `?${pairs.join('&')}` : ''));
  return fc
    .tuple(
      fc.tuple(...segments),
      fc.oneof({ weight: 12, arbitrary: fc.constantFrom('', '/') }, fc.constant('//')),
      query,
    )
    .map(([parts, end, search]) => parts.join('/') + end + search);
};

/** Text that can stand in a header: no control characters, latin-1. */
const headerText = fc.oneof(
  fc.constantFrom('k', 'k', 'x'.repeat(255), 'x'.repeat(256), '\xff\xfe', '"', 'a b', ','),
  fc.string({ maxLength: 20 }).map((value) => value.replaceAll(/[^ -~]/g, '?').trim()),
);

const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=latin1',
  'application/vnd.api+json',
  'multipart/form-data',
];
const JSON_TYPE = 'application/json';

const headersFor = fc.record(
  {
    'Content-Type': fc.oneof({ weight: 16, arbitrary: fc.constant(JSON_TYPE) }, fc.constantFrom(...CONTENT_TYPES)),
    'Idempotency-Key': headerText,
    Accept: fc.constantFrom('*/*', 'text/html'),
    Origin: fc.constantFrom('http://evil.example', 'null', '\xff'),
  },
  { requiredKeys: ['Content-Type'] },
);

/** Requests for one call. Its method is now and then another's. */
export const requestsFor = (call: DescribedCall): fc.Arbitrary<WireRequest> =>
  fc
    .record({
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant(call.method) },
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
      ),
      target: targetFor(call),
      headers: headersFor,
      body: bodyFor(call),
    })
    .map(({ body, ...request }) => (body === undefined ? request : { ...request, body }));
