import { afterEach, expect, test } from 'bun:test';
import { type Listener, openListener } from '../../src/platform/listener.ts';
import { openConnection } from '../support/raw-connection.ts';
import { openWire } from '../support/wire.ts';

let listener: Listener;
afterEach(() => listener.end());

const open = (fetch: () => Promise<Response> = async () => new Response('here')): void => {
  listener = openListener({ hostname: '127.0.0.1', port: 0, idleTimeoutS: 120, fetch });
};
/** A server whose answer waits; `asked` resolves when it is asked. */
const openLate = () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  open(async () => {
    ask();
    return new Response(await answer);
  });
  return { asked, answer: resolve };
};
const get = { method: 'GET', target: '/' };

test('a stop waits for no connection on which nothing is asked', async () => {
  open();
  const wire = await openWire(listener.origin);
  expect((await wire.send(get)).status).toBe(200);
  // It would wait until the connection has been idle for long.
  await listener.stop();
});

test('a stop waits for no request whose head does not end', async () => {
  open();
  const half = await openConnection(listener.origin);
  half.send('GET /');
  expect((await fetch(listener.origin)).status).toBe(200);
  await listener.stop();
  half.hangUp();
});

test('a stop waits for what is being answered, and the answer arrives', async () => {
  const { asked, answer } = openLate();
  const wire = await openWire(listener.origin);
  const answered = wire.send(get);
  await asked;
  let isStopped = false;
  const stopped = listener.stop().then(() => {
    isStopped = true;
  });
  // Its connection is closed to others by now.
  await expect(fetch(listener.origin)).rejects.toThrow();
  expect(isStopped).toBe(false);
  answer('late');
  expect((await answered).text()).toBe('late');
  await stopped;
});

test('a door that is shut refuses connections and answers what was asked; open again, it has the same address', async () => {
  const { asked, answer } = openLate();
  const { origin } = listener;
  const early = (await openWire(origin)).send(get);
  await asked;
  listener.shut();
  await expect(fetch(origin)).rejects.toThrow();
  answer('early');
  expect((await early).text()).toBe('early');
  listener.open();
  expect(listener.origin).toBe(origin);
  expect((await fetch(origin)).status).toBe(200);
});

test('a connection that is let rest outlives the time after which others on which nothing moves are closed', async () => {
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  listener = openListener({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeoutS: 1,
    fetch: async (request, { letRest }) => {
      if (request.url.endsWith('/rests')) letRest();
      return new Response(await answer);
    },
  });
  const resting = fetch(`${listener.origin}/rests`);
  await expect(fetch(`${listener.origin}/other`)).rejects.toThrow();
  resolve('there at last');
  expect(await (await resting).text()).toBe('there at last');
});
