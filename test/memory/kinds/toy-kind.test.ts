import { Database } from 'bun:sqlite';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { Filing } from '../../../src/buffer/filing.ts';
import type { OutboxTask } from '../../../src/contract/outbox.ts';
import type { SessionRecord } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import { openReading } from '../../../src/memory/kinds/extract/open-reading.ts';
import { handlersOf } from '../../../src/memory/kinds/handlers.ts';
import { createMemoryLayer } from '../../../src/memory/memory-layer.ts';
import { StageWaiters, stageOf } from '../../../src/memory/stages.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { EVERY_SEQUENCE } from '../../contract/background.ts';
import { createWorld, type World } from '../../contract/world.ts';
import { type ManualTime, manualTime } from '../../support/manual-time.ts';
import { fakeCounter } from '../../support/pipeline/fake-counter.ts';
import { FakeWorker, MARKS } from '../../support/pipeline/fake-workers.ts';
import { incoming } from '../../support/pipeline/people.ts';
import { USUAL } from '../../support/pipeline/processor.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { HANDLERS_WITH_TOY } from '../../support/toy-kind/handlers.ts';
import { KINDS_WITH_TOY, TOY } from '../../support/toy-kind/rules.ts';
import { SQLITE_KINDS_WITH_TOY } from '../../support/toy-kind/sqlite.ts';

const OWNER = 'this process';
const IDLE_MS = 1_000;
const PERFORMANCE = {
  max_flush_workers: 3,
  max_flush_queue_size: 100,
  flush_timeout: 30,
  max_retries: 3,
  flush_interval: 1,
  force_flush_timeout: 60,
};

/** A new kind is its rules, its two halves, and what an engine keeps of it: all of it in test/support/toy-kind. */
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let world: World;
let time: ManualTime;
let filing: Filing;
let begun: { readonly task: OutboxTask; readonly beside: readonly OutboxTask[] }[];
let workMs: number;
// The first task would load what reads statements, which takes real time that the clock of the test does not wait for.
beforeAll(() => openReading(null));
beforeEach(async () => {
  folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  time = manualTime({ rest: () => Bun.sleep(0) });
  store = await openSqliteStore({ file, writer: 'here', kinds: SQLITE_KINDS_WITH_TOY });
  world = await createWorld(store);
  begun = [];
  workMs = 0;
  const atWork = new Set<OutboxTask>();
  const complete = { embedder: null, counter: fakeCounter(), clock: time, ids: systemIds, owner: OWNER };
  filing = new Filing({
    settings: () => ({ enabled: true, hybrid_buffer: { max_size: 5 }, performance: PERFORMANCE }),
    background: () => USUAL,
    work: store.work,
    clock: time,
    scheduler: time,
    random: () => 1,
    log: recordedLog(),
    owner: OWNER,
    waiters: new StageWaiters(time),
    openWorker: (id, onBeat) =>
      new FakeWorker(id, onBeat, {
        work: store.work,
        handlers: HANDLERS_WITH_TOY,
        beforeTask: async (task) => {
          begun.push({ task, beside: [...atWork] });
          atWork.add(task);
          if (workMs > 0) await new Promise<void>((resolve) => time.after(workMs, resolve));
          atWork.delete(task);
        },
      }),
    complete: (task, draft) => handlersOf(HANDLERS_WITH_TOY, task).complete(task, draft, complete),
    bytesOf: (outcome) => handlersOf(HANDLERS_WITH_TOY, outcome).bytesOf(outcome),
    onBegun: () => {},
    onFiled: () => {},
    onError: (_operation, error) => {
      throw error;
    },
  });
  filing.start();
});
afterEach(async () => {
  time.forget();
  await store.close();
  folder.remove();
});

const toys = (): { sequence: number; speaker: string; letters: number }[] => {
  const db = new Database(`${folder.path}/memfuse.db`, { readonly: true });
  try {
    return db.query('SELECT sequence, speaker, letters FROM toys ORDER BY session_key, sequence').all() as never;
  } finally {
    db.close();
  }
};

const say = async (session: SessionRecord, ...texts: readonly string[]): Promise<readonly string[]> => {
  const memory = createMemoryLayer(store, time, systemIds, { idleMs: () => IDLE_MS, kinds: () => ['index', TOY] });
  const { ids, tasks } = await memory.processBatch(world.scope, session.id, texts.map(incoming));
  for (const task of tasks) filing.processor.offer(task);
  return ids;
};
const outstanding = (session: SessionRecord) => store.outbox.outstanding(world.scope, session.id, EVERY_SEQUENCE);
const stagesOf = async (session: SessionRecord, sequence: number) => {
  const { stage, indexed, summarised, extracted } = stageOf(sequence, await outstanding(session), KINDS_WITH_TOY);
  return { stage, indexed, summarised, extracted };
};
const conversation = async () => {
  const [user, agent] = [await world.user('alice'), await world.agent('helper')];
  return { user, agent, talk: await world.session(user, agent) };
};

describe('a kind of work that is new', () => {
  test('is filed with messages, done beside the others, and its stage is one that can be waited for', async () => {
    const { talk } = await conversation();
    await say(talk, 'one', 'three');
    expect((await outstanding(talk)).map(({ kind }) => kind).toSorted()).toEqual(['index', TOY]);
    // No task of that kind covers the messages here.
    const summarised = true;
    expect(await stagesOf(talk, 1)).toEqual({ stage: 'stored', indexed: false, summarised, extracted: false });
    await time.advance(IDLE_MS + 2_000);
    expect(await outstanding(talk)).toEqual([]);
    expect(toys().map(({ letters }) => letters)).toEqual([3, 5]);
    expect(await stagesOf(talk, 1)).toEqual({ stage: 'extracted', indexed: true, summarised, extracted: true });
  });

  test('processes one session of a user after the other, in the order of filing, and those of others beside them', async () => {
    const { user, agent, talk } = await conversation();
    const second = await world.session(user, agent);
    const stranger = await world.session(await world.user('bob'), agent);
    workMs = 100;
    for (const [session, text] of [
      [talk, 'one'],
      [second, 'two'],
      [stranger, 'three'],
      [talk, 'four'],
    ] as const) {
      await say(session, text);
    }
    await time.advance(IDLE_MS + 5_000);
    const counted = begun.filter(({ task }) => task.kind === TOY);
    expect(counted.map(({ task }) => task.queueKey)).toContain(`user:${user.key}`);
    for (const { task, beside } of counted) {
      expect(beside.filter(({ kind, userKey }) => kind === TOY && userKey === task.userKey)).toEqual([]);
    }
    // The index of two sessions is made at once, and somebody else's toy beside a user's.
    const atOnce = begun.flatMap(({ task, beside }) =>
      beside.map((other) => [task.kind, other.kind].toSorted().join()),
    );
    expect(atOnce).toContain('index,index');
    expect(toys()).toHaveLength(4);
  });

  test("is one process's at a time of a user, whichever session it is about", async () => {
    const { user, agent, talk } = await conversation();
    const second = await world.session(user, agent);
    const stranger = await world.session(await world.user('bob'), agent);
    for (const session of [talk, second, stranger]) await say(session, 'one');
    const now = time.now() + 60_000;
    const toys = (await store.work.due('ann', now, 100)).filter(({ kind }) => kind === TOY);
    // Of a user the first alone can be had.
    expect(toys.map(({ sessionKey }) => sessionKey)).toEqual([talk.key, stranger.key]);
    const claim = async (session: SessionRecord, owner: string): Promise<number> => {
      const all = await store.outbox.list(world.scope, { kind: TOY }, { after: null, limit: 10 });
      const { key } = all.rows.find(({ sessionId }) => sessionId === session.id) ?? { key: 0 };
      return (await store.work.take([key], owner, now, now + 30_000)).length;
    };
    expect([await claim(second, 'bob'), await claim(talk, 'ann'), await claim(second, 'bob')]).toEqual([0, 1, 0]);
    expect(await claim(stranger, 'bob')).toBe(1);
    // When its lease is over it is anybody's, and still before the other.
    expect((await store.work.due('bob', now + 31_000, 100)).filter(({ kind }) => kind === TOY).length).toBe(2);
  });

  test('has what an edit voids made again, and of a deletion nothing but what the rules say', async () => {
    const { talk } = await conversation();
    const [first = '', second = ''] = await say(talk, 'one', 'three', 'five');
    await time.advance(IDLE_MS + 2_000);
    await store.messages.update(world.scope, talk.id, [{ id: first, role: 'user', content: 'seven' }], time.now());
    const edited = await outstanding(talk);
    // A chunk is made of a range, a toy of the message alone.
    expect(
      edited.map(({ kind, firstSequence, lastSequence }) => [kind, firstSequence, lastSequence]).toSorted(),
    ).toEqual([
      ['extract', 1, 1],
      ['index', 1, 3],
      [TOY, 1, 1],
    ]);
    expect(toys().map(({ sequence }) => sequence)).toEqual([2, 3]);
    await time.advance(IDLE_MS + 2_000);
    expect(toys().map(({ letters }) => letters)).toEqual([5, 5, 4]);

    await store.messages.delete(world.scope, talk.id, [second], time.now());
    expect((await outstanding(talk)).map(({ kind }) => kind)).toEqual(['index']);
    expect(toys().map(({ sequence }) => sequence)).toEqual([1, 3]);
  });

  test('has all sessions of a user processed again when the name changes, where its rules say so', async () => {
    const { user, agent, talk } = await conversation();
    const second = await world.session(user, agent);
    await say(talk, 'one');
    await say(second, 'three');
    await time.advance(IDLE_MS + 2_000);
    await store.users.update(world.scope, user.id, { name: 'Alice Liddell', at: time.now() });
    const left = [await outstanding(talk), await outstanding(second)].flat();
    expect(left.map(({ kind }) => kind)).toEqual(['extract', TOY, 'extract', TOY]);
    await time.advance(5_000);
    expect(toys().map(({ speaker }) => speaker)).toEqual(['Alice Liddell', 'Alice Liddell']);
    await store.agents.update(world.scope, agent.id, { name: 'Hatter', at: time.now() });
    expect([await outstanding(talk), await outstanding(second)].flat().map(({ kind }) => kind)).toEqual([TOY, TOY]);
  });

  test('has a poison message of its own, which keeps nothing of the other kind from being done', async () => {
    const { talk } = await conversation();
    await say(talk, `bad ${MARKS.throw}`, 'good');
    await time.advance(60_000);
    const left = await outstanding(talk);
    expect(left.map(({ kind, state, firstSequence }) => [kind, state, firstSequence])).toEqual([
      ['index', 'failed', 1],
    ]);
    expect(toys()).toHaveLength(2);
    expect(await store.outbox.redriveAll(world.scope, { kind: TOY, limit: 10 }, time.now())).toBe(0);
    expect(await store.outbox.redriveAll(world.scope, { kind: 'index', limit: 10 }, time.now())).toBe(1);
  });

  test('is gone with its session', async () => {
    const { talk } = await conversation();
    await say(talk, 'one');
    await time.advance(IDLE_MS + 2_000);
    await store.sessions.delete(world.scope, talk.id);
    expect(toys()).toEqual([]);
  });
});
