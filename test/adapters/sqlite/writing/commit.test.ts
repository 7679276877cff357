import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type Connection, openWriteConnection } from '../../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../../adapters/sqlite/open.ts';
import { openGroupCommit, type WriteRequest } from '../../../../adapters/sqlite/writing/commit.ts';
import { openWrites } from '../../../../adapters/sqlite/writing/verbs.ts';
import type { Store } from '../../../../src/contract/store.ts';
import { systemIds } from '../../../../src/platform/ids.ts';
import { endOf, tallyEnds } from '../../../contract/refusal.ts';
import { mintId } from '../../../contract/world.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { rowsOf } from '../rows.ts';
import { createTalk } from '../talk.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = `${folder.path}/memfuse.db`;
});
afterEach(() => folder.remove());

for (const writer of ['worker', 'here'] as const) {
  describe(`a group of writes, writer: ${writer}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await openSqliteStore({ file, writer });
    });
    afterEach(() => store.close());

    test('leaves the neighbours of refused requests alone, in their order', async () => {
      const talk = await createTalk(store);
      const { world, scope, session } = talk;
      const name = mintId();
      const taken = { id: mintId(), name: session.name, userId: session.userId, agentId: session.agentId, at: 1_000 };
      const once = { userKey: null, method: 'POST', path: '/', key: 'claim', bodyHash: 'body', at: 1_000 };
      const kept = Array.from({ length: 8 }, () => talk.message('kept'));
      const [a, b, c, d, e, f, g, h] = kept.map((message) => [message] as const);
      const ends = Promise.all(
        [
          talk.append(a ?? []),
          store.messages.append(scope, mintId(), [talk.message('lost')]),
          talk.append(b ?? []),
          store.sessions.create(scope, taken),
          store.users.create(scope, { id: mintId(), name, description: null, at: 1_000 }),
          store.users.create(scope, { id: mintId(), name, description: null, at: 1_000 }),
          talk.append(c ?? []),
          talk.append([talk.message('lost'), talk.message('double', { id: kept[0]?.id ?? '' })]),
          talk.append(d ?? []),
          store.messages.append(scope, session.id, e ?? [], once),
          store.messages.append(scope, session.id, [talk.message('lost')], { ...once, bodyHash: 'another' }),
          talk.append(f ?? []),
          talk.append([talk.message('lost', { role: 'nobody' as 'user' })]),
          talk.append(g ?? []),
          store.agents.create({ ...scope, userKey: 1 }, { id: mintId(), name, description: null, at: 1_000 }),
          talk.append([talk.message('lost', { metadata: { unspeakable: 1 } as unknown as string })]),
          talk.append(h ?? []),
        ].map(endOf),
      );
      expect(await ends).toEqual([
        'accepted',
        'not_found',
        'accepted',
        'name_taken',
        'accepted',
        'name_taken',
        'accepted',
        'internal',
        'accepted',
        'accepted',
        'idempotency_mismatch',
        'accepted',
        'internal',
        'accepted',
        'forbidden',
        'internal',
        'accepted',
      ]);
      expect(await talk.ids()).toEqual(kept.map(({ id }) => id));
      expect(await store.users.findByName(world.scope, name)).not.toBeNull();
      const generations = rowsOf<{ generation: number }>(file, 'SELECT generation FROM messages ORDER BY sequence');
      expect(generations.map(({ generation }) => generation)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('leaves the neighbours of a request alone that cannot travel to another thread', async () => {
      const talk = await createTalk(store);
      const [before, after] = [talk.message('kept'), talk.message('kept')];
      const stuck = talk.message('stuck', { metadata: (() => {}) as unknown as string });
      const calls = [talk.append([before]), talk.append([stuck]), talk.append([after])];
      const [first, , last] = await Promise.all(calls.map(endOf));
      expect([first, last]).toEqual(['accepted', 'accepted']);
    });

    test('numbers many appends to one session without a gap or a double, in the order they came in', async () => {
      const talk = await createTalk(store);
      const rounds = Array.from({ length: 700 }, (_, i) =>
        Array.from({ length: 1 + (i % 3) }, () => talk.message(`round ${i}`)),
      );
      await Promise.all(rounds.map(talk.append));
      const rows = rowsOf<{ id: string; sequence: number; round: number }>(
        file,
        'SELECT id, sequence, round FROM messages ORDER BY sequence',
      );
      expect(rows.map(({ id }) => id)).toEqual(rounds.flat().map(({ id }) => id));
      expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, i) => i + 1));
      const starts = rounds.flatMap((round, i) => {
        const start = rounds.slice(0, i).flat().length + 1;
        return round.map(() => start);
      });
      expect(rows.map(({ round }) => round)).toEqual(starts);
      expect(await talk.ids()).toEqual(rounds.flat().map(({ id }) => id));
    });

    test('never gives a sequence out again that was deleted', async () => {
      const talk = await createTalk(store);
      const [a, b, c] = ['a', 'b', 'c'].map((text) => talk.message(text));
      if (!a || !b || !c) throw new Error('three were made');
      await talk.append([a, b]);
      await store.messages.delete(talk.scope, talk.session.id, [b.id], 2_000);
      await talk.append([c]);
      expect(rowsOf(file, 'SELECT id, sequence FROM messages ORDER BY sequence')).toEqual([
        { id: a.id, sequence: 1 },
        { id: c.id, sequence: 3 },
      ]);
    });

    test('is refused beyond ten thousand that wait, and those that wait are answered', async () => {
      const calls = Array.from({ length: 10_050 }, () => store.tenants.ensure('one for all', 1_000));
      expect(await tallyEnds(calls)).toEqual({ accepted: 10_000, overloaded: 50 });
      expect(await endOf(store.tenants.ensure('another', 1_000))).toBe('accepted');
    });
  });
}

describe('a group whose engine fails', () => {
  let db: Connection;
  beforeEach(() => {
    db = openWriteConnection(file);
    migrate(db);
  });
  afterEach(() => {
    db.close();
  });

  const at = 1_000;
  const user = (description: string): WriteRequest => {
    const id = mintId();
    return {
      facet: 'users',
      verb: 'create',
      args: [
        { tenantKey: 1, userKey: null },
        { id, name: id, description, at },
      ],
    };
  };
  const countUsers = () => db.prepare('SELECT count(*) FROM users').pluck().get();
  const endsOf = (outcomes: readonly object[]) =>
    outcomes.map((outcome) => ('failure' in outcome ? (outcome.failure as { code: string }).code : 'accepted'));
  const openCommit = () => {
    const commit = openGroupCommit(db, openWrites(db, systemIds));
    commit([{ facet: 'tenants', verb: 'ensure', args: ['tenant', at] }]);
    return commit;
  };

  test('by a full disk in one of its requests keeps nothing of any of them, and works again once there is room', () => {
    const commit = openCommit();
    expect(endsOf(commit([user('there before')]))).toEqual(['accepted']);
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages + 20}`);
    const group = [user('small'), user('small'), user('huge '.repeat(100_000)), user('small')];
    const outcomes = commit(group);
    expect(endsOf(outcomes)).toEqual(Array.from({ length: 4 }, () => 'storage_unavailable'));
    expect(JSON.stringify(outcomes)).toContain('disk that holds the database is full');
    expect(db.inTransaction).toBe(false);
    expect(countUsers()).toBe(1);
    expect(endsOf(commit([user('small'), user('small')]))).toEqual(['accepted', 'accepted']);
    db.pragma('max_page_count = 1000000');
    expect(endsOf(commit(group))).toEqual(Array.from({ length: 4 }, () => 'accepted'));
    expect(countUsers()).toBe(7);
  });

  test('by another that holds the database keeps nothing, and works again once that lets go', () => {
    const commit = openCommit();
    db.pragma('busy_timeout = 0');
    const other = openWriteConnection(file);
    other.exec('BEGIN IMMEDIATE');
    const outcomes = commit([user('small'), user('small')]);
    expect(endsOf(outcomes)).toEqual(['storage_unavailable', 'storage_unavailable']);
    expect(JSON.stringify(outcomes)).toContain('Another process is holding the database');
    other.exec('ROLLBACK');
    other.close();
    expect(endsOf(commit([user('small'), user('small')]))).toEqual(['accepted', 'accepted']);
    expect(countUsers()).toBe(2);
  });

  test('tells no SQL, no path and no text of a client', () => {
    const commit = openCommit();
    const requests: WriteRequest[] = [
      user('fine'),
      {
        facet: 'users',
        verb: 'create',
        args: [
          { tenantKey: 1, userKey: null },
          { id: null, name: 'secret text', at },
        ],
      },
      { facet: 'users', verb: 'no such verb', args: ['secret text'] },
    ];
    const outcomes = commit(requests);
    expect(endsOf(outcomes)).toEqual(['accepted', 'internal', 'internal']);
    for (const word of ['secret text', 'INSERT', 'users.id', folder.path]) {
      expect(JSON.stringify(outcomes)).not.toContain(word);
    }
  });
});
