import { afterEach, beforeEach, expect, test } from 'bun:test';
import { openConnection } from '../support/raw-connection.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Longer than Bun by itself lets a connection be without a byte, which is 10 s in steps of 4. */
const PAUSE_MS = 14_000;

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServerProcess({ folder: folder.path });
});
afterEach(async () => {
  await server.kill();
  folder.remove();
});

test('a client may pause within a body, and one that hangs up there leaves no line in the log', async () => {
  const body = '{"name":"slow"}';
  const head = `POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const [slow, gone] = [await openConnection(server.origin), await openConnection(server.origin)];
  await slow.send(head + body.slice(0, 1));
  await gone.send(head + body.slice(0, 1));
  await Bun.sleep(PAUSE_MS);
  gone.hangUp();
  await slow.send(body.slice(1));
  expect((await slow.answer()).status).toBe(201);
  slow.hangUp();
  server.signal('SIGTERM');
  expect(await server.ended).toMatchObject({ exitCode: 0, complaints: '' });
});
