import { describe, expect, test } from 'bun:test';
import { type Rows, streamedBody } from '../../src/http/streamed.ts';
import { eventually } from '../support/eventually.ts';
import { openConnection } from '../support/raw-connection.ts';
import { startServer } from '../support/server.ts';

/** A list of so many pages of one row of some size, and what became of it. */
const createList = (pages: number, { failsAt = Number.POSITIVE_INFINITY, rowLength = 10 } = {}) => {
  const seen = { read: 0, isOver: false, failures: [] as unknown[], turns: 0 };
  async function* read(): Rows {
    try {
      for (let page = 0; page < pages; page += 1) {
        if (page === failsAt) throw new Error('the disk is gone');
        seen.read += 1;
        yield [{ row: page, text: 'x'.repeat(rowLength) }];
      }
    } finally {
      seen.isOver = true;
    }
  }
  const body = streamedBody(
    { status: 200, message: 'Rows "retrieved"', name: 'rows', pages: read() },
    {
      giveWay: async () => {
        seen.turns += 1;
      },
      onFailure: (error) => seen.failures.push(error),
    },
  );
  return { body, seen };
};

describe('a list that is told as it is read', () => {
  test.each([0, 1, 2, 5])('is the envelope around its rows (%i pages)', async (pages) => {
    const { body, seen } = createList(pages);
    const text = await new Response(body).text();
    const rows = Array.from({ length: pages }, (_, row) => ({ row, text: 'x'.repeat(10) }));
    const data = { rows };
    expect(text).toBe(
      JSON.stringify({ status: 'success', code: 200, data, message: 'Rows "retrieved"', errors: null }),
    );
    expect(seen.isOver).toBe(true);
    // Others had their turn before each part.
    expect(seen.turns).toBeGreaterThanOrEqual(pages);
  });

  test('is read no further than it is taken', async () => {
    const { body, seen } = createList(1_000);
    const reader = body.getReader();
    await reader.read();
    await reader.read();
    expect(seen.read).toBeLessThanOrEqual(3);
    await reader.cancel();
    expect(seen.isOver).toBe(true);
  });

  test('breaks off when it cannot be read to its end, and tells of it: it never ends as a whole one would', async () => {
    const { body, seen } = createList(10, { failsAt: 3 });
    const reader = body.getReader();
    let text = '';
    const readAll = async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        text += new TextDecoder().decode(value);
      }
    };
    expect(readAll()).rejects.toThrow('The list broke off.');
    await readAll().catch(() => {});
    expect(text).toContain('"row":2');
    expect(text).not.toContain('errors');
    expect(seen.failures.map(String)).toEqual(['Error: the disk is gone']);
  });
});

describe('a client that asks for a whole list', () => {
  const startCounted = async (users: number) => {
    const server = await startServer();
    const { store } = server.services;
    const tenantKey = (await store.tenants.find('default')) ?? 0;
    const scope = { tenantKey, userKey: null };
    const description = 'd'.repeat(10_000);
    await Promise.all(
      Array.from({ length: users }, (_, i) =>
        store.users.create(scope, { id: Bun.randomUUIDv7(), name: `user ${i}`, description, at: 1_000 }),
      ),
    );
    let reads = 0;
    const list = store.users.list.bind(store.users);
    Object.assign(store.users, {
      list: (...args: Parameters<typeof list>) => {
        reads += 1;
        return list(...args);
      },
    });
    return { server, reads: () => reads };
  };

  test('and reads none of it, or hangs up, is not read for', async () => {
    const users = 4_000;
    const { server, reads } = await startCounted(users);
    const wire = await openConnection(server.origin);
    wire.pause();
    await wire.send('GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('it is read for', () => reads() > 0);
    // What the sockets of both sides hold is read; the rest waits.
    const read = await eventually('nothing more is read', async () => {
      const before = reads();
      await Bun.sleep(200);
      return reads() === before && before;
    });
    expect(read).toBeLessThan(users / 100);
    wire.hangUp();
    const whole = await server.call('GET', '/users');
    expect(whole.body.data.users).toHaveLength(users);
    await server.stop();
  });
});
