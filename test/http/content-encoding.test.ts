import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expectInvalid, expectRefusal, expectSuccess } from '../support/envelope.ts';
import { openConnection } from '../support/raw-connection.ts';
import { startServer, type TestServer } from '../support/server.ts';

const MAX_BODY_BYTES = 100_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: { 'server.max_body_bytes': MAX_BODY_BYTES } });
});
afterAll(() => server.stop());

let names = 0;
const user = (pad = 0): { name: string; json: string } => {
  names += 1;
  const name = `user ${names}`;
  return { name, json: JSON.stringify({ name }).padEnd(pad, ' ') };
};
const post = (bytes: Uint8Array | string, encoding?: string) =>
  server.call('POST', '/users', bytes, encoding === undefined ? {} : { 'Content-Encoding': encoding });
const exists = async (name: string) => (await server.call('GET', `/users?name=${name}`)).status === 200;

describe('a body in gzip', () => {
  test.each(['gzip', 'GZIP', 'x-gzip', 'gzip, identity', ' identity ,gzip'])(
    'is read when it is said to be %j',
    async (encoding) => {
      const { name, json } = user();
      expectSuccess(await post(gzipSync(json), encoding), 201, 'User created successfully');
      expect(await exists(name)).toBe(true);
    },
  );

  test('is read when it has several members, and when zeros pad it', async () => {
    const { json } = user();
    const members = [gzipSync(json.slice(0, 5)), gzipSync(''), gzipSync(json.slice(5)), new Uint8Array(20)];
    expectSuccess(await post(Buffer.concat(members), 'gzip'), 201, 'User created successfully');
  });

  test('is read when it comes in chunks', async () => {
    const { json } = user();
    const connection = await openConnection(server.origin);
    const head = ['POST /api/v1/users HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json'];
    connection.send([...head, 'Content-Encoding: gzip', 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
    for (const byte of gzipSync(json)) {
      connection.send(Buffer.concat([Buffer.from('1\r\n'), Uint8Array.of(byte), Buffer.from('\r\n')]));
    }
    connection.send('0\r\n\r\n');
    expect((await connection.answer()).status).toBe(201);
    connection.hangUp();
  });

  test('may inflate to the largest size of a body, and not to a byte more', async () => {
    const { json, name } = user(MAX_BODY_BYTES);
    expectSuccess(await post(gzipSync(json), 'gzip'), 201, 'User created successfully');
    const larger = user(MAX_BODY_BYTES + 1);
    const answer = await post(gzipSync(larger.json), 'gzip');
    expect(answer.status).toBe(413);
    expect(answer.body.message).toContain(String(MAX_BODY_BYTES));
    expect([await exists(name), await exists(larger.name)]).toEqual([true, false]);
  });

  test('that would inflate to far more is refused before it has', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    const members = Buffer.concat(Array.from({ length: 800 }, () => gzipSync(Buffer.alloc(100_000))));
    for (const body of [bomb, members]) {
      expect(body.length).toBeLessThan(MAX_BODY_BYTES + 20_000);
      expect((await post(body.subarray(0, MAX_BODY_BYTES), 'gzip')).status).toBe(413);
    }
  });

  test('is of a request like any other: the same Idempotency-Key knows it in both forms', async () => {
    const { json } = user();
    const headers = { 'Idempotency-Key': 'in two forms' };
    const plain = await server.call('POST', '/users', json, headers);
    const zipped = await server.call('POST', '/users', gzipSync(json), { ...headers, 'Content-Encoding': 'gzip' });
    expect(zipped.headers.get('Idempotency-Replayed')).toBe('true');
    expect(zipped.body).toEqual(plain.body);
  });

  test('that inflates to nothing is no body', async () => {
    const [detail] = expectInvalid(await post(gzipSync(''), 'gzip'));
    expect(detail).toMatchObject({ type: 'missing', loc: ['body'] });
  });

  const whole = gzipSync(JSON.stringify({ name: 'never there' }));
  const flipped = (at: number): Uint8Array =>
    whole.map((byte, i) => (i === (at + whole.length) % whole.length ? byte ^ 1 : byte));
  test.each<[string, Uint8Array]>([
    ['cut off', whole.subarray(0, -1)],
    ['cut off in its header', whole.subarray(0, 5)],
    ['cut off in its second member', Buffer.concat([whole, whole.subarray(0, 12)])],
    ['followed by something else', Buffer.concat([whole, Buffer.from('{"name":"x"}')])],
    ['damaged in its text', flipped(14)],
    ['of another checksum', flipped(-5)],
    ['of another length', flipped(-1)],
    ['plain JSON', Buffer.from('{"name":"never there"}')],
    ['zlib', deflateSync('{"name":"never there"}')],
    ['raw deflate', deflateRawSync('{"name":"never there"}')],
  ])('that is %s is refused with 422, and nothing is made', async (_, bytes) => {
    const answer = await post(bytes, 'gzip');
    expectInvalid(answer);
    expect(answer.body.errors[0].message).toContain('gzip');
    expect(await exists('never there')).toBe(false);
  });
});

describe('a body in another encoding', () => {
  test.each<[string, (text: string) => Uint8Array]>([
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', (text) => Bun.zstdCompressSync(text)],
    ['compress', Buffer.from],
    ['gzip, gzip', (text) => gzipSync(gzipSync(text))],
    ['br, gzip', gzipSync],
  ])('%s is refused with 415, which says what is taken', async (encoding, encode) => {
    const { name, json } = user();
    const answer = await post(encode(json), encoding);
    const text = `The request body is encoded as '${encoding}'. Send it as it is, or as gzip.`;
    expectRefusal(answer, 415, 'Content-Encoding', text);
    expect(answer.headers.get('Accept-Encoding')).toBe('gzip, identity');
    expect(await exists(name)).toBe(false);
  });

  test('identity is no encoding, and neither is one of no body', async () => {
    expectSuccess(await post(user().json, 'identity'), 201, 'User created successfully');
    expect((await server.call('POST', '/users', undefined, { 'Content-Encoding': 'br' })).status).toBe(422);
    expect((await server.call('GET', '/users', undefined, { 'Content-Encoding': 'br' })).status).toBe(200);
  });
});
