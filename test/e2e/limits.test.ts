import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The shipped limit of a body. */
const MAX_BODY_BYTES = 1_048_576;
const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ folder: folder.path });
});
afterAll(async () => {
  await server.kill();
  folder.remove();
});

const post = (body: string | ReadableStream): Promise<Response> =>
  fetch(`${server.origin}/api/v1/users`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

/** A JSON object of about this many bytes. */
const bodyOf = (bytes: number): string => JSON.stringify({ name: 'x'.repeat(bytes) });

const expectTooLarge = async (response: Response): Promise<void> => {
  expect(response.status).toBe(413);
  expect(response.headers.get('Content-Type')).toBe('application/json');
  expect(await response.json()).toMatchObject({ status: 'error', code: 413, errors: [{ field: 'body' }] });
};

test('a body over the limit is refused in the envelope', async () => {
  await expectTooLarge(await post(bodyOf(MAX_BODY_BYTES)));
});

test.each([2, 3, 20])('a body of %d times the limit is refused in the envelope', async (times) => {
  await expectTooLarge(await post(bodyOf(times * MAX_BODY_BYTES)));
});

test.each([1, 3])(
  'a body of %d times the limit that does not announce its length is refused in the envelope',
  async (times) => {
    await expectTooLarge(await post(new Response(bodyOf(times * MAX_BODY_BYTES)).body as ReadableStream));
  },
);

test('headers that are too long are refused, and the server goes on', async () => {
  const response = await fetch(`${server.origin}/api/v1/users/${'x'.repeat(100_000)}`);
  expect(response.status).toBe(431);
  expect((await fetch(`${server.origin}/api/v1/health`)).status).toBe(200);
});
