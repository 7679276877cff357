import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { type ManualTime, manualTime } from '../support/manual-time.ts';
import { openConnection, type RawConnection } from '../support/raw-connection.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LIMIT_MS = 60_000;

let server: TestServer;
let time: ManualTime;
beforeAll(async () => {
  time = manualTime();
  server = await startServer({ scheduler: time });
});
afterAll(() => server.stop());

const HEAD = ['POST /api/v1/users HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
const FORMS = [
  {
    form: 'of an announced length',
    header: 'Content-Length: 50',
    start: '{',
    end: `"name":"slow 1"}${' '.repeat(33)}`,
  },
  {
    form: 'in chunks',
    header: 'Transfer-Encoding: chunked',
    start: '1\r\n{\r\n',
    end: 'f\r\n"name":"slow 2"\r\n1\r\n}\r\n0\r\n\r\n',
  },
];

/** Sends the start of a body, and resolves when the server waits for the rest. */
const begin = async (header: string, start: string): Promise<RawConnection> => {
  const connection = await openConnection(server.origin);
  await connection.send([...HEAD, header, '', start].join('\r\n'));
  await eventually('the body is waited for', () => time.pending === 1);
  return connection;
};

test.each(FORMS)('a body $form that does not come is answered with 408 when its time is up', async (one) => {
  const connection = await begin(one.header, one.start);
  await time.advance(LIMIT_MS - 1);
  expect(time.pending).toBe(1);
  await time.advance(1);
  const { status, headers, text } = await connection.answer();
  expect({ status, connection: headers.get('connection') }).toEqual({ status: 408, connection: 'close' });
  const message = 'The request body was not there whole after 60 seconds. Send the request again.';
  const errors = [{ field: 'body', message }];
  expect(JSON.parse(text)).toEqual({ status: 'error', code: 408, data: null, message, errors });
  await expect(connection.answer()).rejects.toThrow('closed the connection');
  expect(server.services.errors.recent()).toEqual([]);
});

test.each(FORMS)(
  'a body $form that comes late, but in time, is taken, and nothing waits for it any more',
  async (one) => {
    const connection = await begin(one.header, one.start);
    await time.advance(LIMIT_MS - 1);
    await connection.send(one.end);
    expect((await connection.answer()).status).toBe(201);
    expect(time.pending).toBe(0);
    connection.hangUp();
  },
);

test.each(FORMS)('a client that hangs up within a body $form is no failure of the server', async (one) => {
  const connection = await begin(one.header, one.start);
  connection.hangUp();
  await eventually('the body is given up', () => time.pending === 0);
  expect((await server.call('GET', '/health')).status).toBe(200);
  expect(server.services.errors.recent()).toEqual([]);
});
