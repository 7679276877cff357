import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { CommitTarget } from '../../../../adapters/sqlite/writing/target.ts';
import { GroupCommitWriter } from '../../../../adapters/sqlite/writing/writer.ts';
import { WorkerCallError, WorkerDiedError } from '../../../../src/platform/worker-channel.ts';
import { refusal, tallyEnds } from '../../../contract/refusal.ts';
import { type HeldTimers, holdTimers } from '../held-timers.ts';

const IDLE_MS = 1_000;
const LONGEST_MS = 4_000;
const AGAIN_MS = 250;

/** A target that notes what it is told to do, does one thing at a time, and takes as long as it is told. */
const createTarget = () => {
  const done: string[] = [];
  let busy = false;
  const gates: (() => void)[] = [];
  const state = { isSlow: false, tidyFails: false, isReadFrom: false, commit: (): void => {} };
  const alone = async <T>(name: string, answer: () => T): Promise<T> => {
    if (busy) throw new Error(`${name} came while something else was under way.`);
    busy = true;
    if (state.isSlow) await new Promise<void>((resolve) => gates.push(resolve));
    busy = false;
    done.push(name);
    return answer();
  };
  const target: CommitTarget = {
    commit: (group) =>
      alone(group.map(({ facet, args }) => `${facet} ${args[0]}`).join(), () => {
        state.commit();
        return group.map(() => ({ value: null }));
      }),
    tidy: () =>
      alone('tidy', () => {
        if (state.tidyFails) throw new Error('The disk is gone.');
        return !state.isReadFrom;
      }),
    close: () => alone('close', () => {}),
  };
  return { target, done, state, letGo: () => gates.splice(0).forEach((open) => void open()) };
};

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the log', () => {
  let timers: HeldTimers;
  let fake: ReturnType<typeof createTarget>;
  let writer: GroupCommitWriter;
  beforeEach(() => {
    timers = holdTimers();
    fake = createTarget();
    writer = new GroupCommitWriter(fake.target, { onCommit: () => {} });
  });
  afterEach(() => timers.release());
  const submit = (name: string) => writer.submit('tenants', 'ensure', [name, 1_000]);
  /** Writes, and waits until the writer has come to rest. */
  const write = async (name: string): Promise<void> => {
    await submit(name);
    await nextTurn();
  };

  test('is emptied a second after the last write, once', async () => {
    await write('a');
    timers.pass(IDLE_MS - 1);
    expect(fake.done).toEqual(['tenants a']);
    timers.pass(1);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy']);
    timers.pass(10 * IDLE_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy']);
    await write('b');
    timers.pass(IDLE_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy', 'tenants b', 'tidy']);
  });

  test('is left alone while writes come, each of which starts the second anew, for three seconds', async () => {
    for (const name of ['a', 'b', 'c']) {
      await write(name);
      timers.pass(IDLE_MS - 1);
    }
    expect(fake.done).not.toContain('tidy');
    timers.pass(1);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tenants b', 'tenants c', 'tidy']);
  });

  test('is emptied within four seconds of a write also when writes never cease', async () => {
    for (let i = 0; i < 12; i += 1) {
      await write(`${i}`);
      timers.pass(IDLE_MS / 2);
      await nextTurn();
    }
    const tidied = fake.done.flatMap((name, i) => (name === 'tidy' ? [i] : []));
    // Eight half seconds after the first write, and after the first that came later.
    expect(tidied).toEqual([LONGEST_MS / (IDLE_MS / 2)]);
    timers.pass(IDLE_MS / 2);
    await nextTurn();
    expect(fake.done.at(-1)).toBe('tidy');
  });

  test('is emptied between two commits when more writes wait than one holds', async () => {
    fake.state.isSlow = true;
    const writes = Array.from({ length: 600 }, (_, i) => submit(`${i}`));
    await nextTurn();
    fake.letGo();
    await nextTurn();
    timers.pass(LONGEST_MS);
    fake.state.isSlow = false;
    fake.letGo();
    expect(await tallyEnds(writes)).toEqual({ accepted: 600 });
    expect(fake.done.map((name) => name.split(',').length)).toEqual([256, 256, 1, 88]);
    expect(fake.done[2]).toBe('tidy');
  });

  test('is left alone while a commit is under way, however long it takes, and emptied right after it', async () => {
    await write('a');
    fake.state.isSlow = true;
    const writing = submit('b');
    await nextTurn();
    timers.pass(5 * IDLE_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a']);
    fake.state.isSlow = false;
    fake.letGo();
    await writing;
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tenants b', 'tidy']);
  });

  test('from which somebody reads is tried again until it is empty', async () => {
    await write('a');
    fake.state.isReadFrom = true;
    for (const waitMs of [IDLE_MS, AGAIN_MS, AGAIN_MS]) {
      timers.pass(waitMs);
      await nextTurn();
    }
    expect(fake.done).toEqual(['tenants a', 'tidy', 'tidy', 'tidy']);
    fake.state.isReadFrom = false;
    timers.pass(AGAIN_MS);
    await nextTurn();
    timers.pass(10 * LONGEST_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy', 'tidy', 'tidy', 'tidy']);
  });

  test('is emptied before the writes that come meanwhile, which are all answered', async () => {
    await write('a');
    fake.state.isSlow = true;
    timers.pass(IDLE_MS);
    const writes = ['b', 'c'].map(submit);
    await nextTurn();
    fake.state.isSlow = false;
    fake.letGo();
    expect(await tallyEnds(writes)).toEqual({ accepted: 2 });
    expect(fake.done).toEqual(['tenants a', 'tidy', 'tenants b,tenants c']);
    await nextTurn();
    timers.pass(IDLE_MS);
    await nextTurn();
    expect(fake.done.at(-1)).toBe('tidy');
  });

  test("that cannot be emptied is nobody's error, and it is tried again", async () => {
    await write('a');
    fake.state.tidyFails = true;
    timers.pass(IDLE_MS);
    await nextTurn();
    await write('b');
    timers.pass(AGAIN_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy', 'tenants b', 'tidy']);
  });

  test('is not emptied by a timer once the store is closed, and closing waits for what is under way', async () => {
    await write('a');
    fake.state.isSlow = true;
    timers.pass(IDLE_MS);
    const closing = writer.close(() => void fake.done.push('readers closed'));
    fake.state.isSlow = false;
    await nextTurn();
    expect(fake.done).toEqual(['tenants a']);
    fake.letGo();
    await closing;
    timers.pass(10 * IDLE_MS);
    await nextTurn();
    expect(fake.done).toEqual(['tenants a', 'tidy', 'readers closed', 'close']);
  });

  test('keeps no process alive', async () => {
    await write('a');
    expect(timers.keepingAlive()).toBe(0);
  });
});

describe('the writes of the background', () => {
  test('go few at a time behind those that somebody waits for, and more when nobody does; none is lost or overtaken', async () => {
    const { target, done } = createTarget();
    const writer = new GroupCommitWriter(target, { onCommit: () => {} });
    const background = Array.from({ length: 100 }, (_, i) => writer.submit('work', 'release', [[i], 'ann', 1_000]));
    const foreground = Array.from({ length: 600 }, (_, i) => writer.submit('tenants', 'ensure', [`${i}`, 1_000]));
    await Promise.all([...background, ...foreground]);
    await writer.close(() => {});
    const groups = done.filter((group) => group !== 'close').map((group) => group.split(','));
    const ofFacet = (facet: string) => groups.flat().filter((write) => write.startsWith(facet));
    expect(ofFacet('work')).toEqual(Array.from({ length: 100 }, (_, i) => `work ${i}`));
    expect(ofFacet('tenants')).toEqual(Array.from({ length: 600 }, (_, i) => `tenants ${i}`));
    const shares = groups.map((group) => group.filter((write) => write.startsWith('work')).length);
    const isWaitedFor = groups.map((group) => group.some((write) => write.startsWith('tenants')));
    // Six hundred that are waited for fill three groups, as they would by themselves.
    expect(isWaitedFor).toEqual(shares.map((_, i) => i < 3));
    expect(shares.slice(0, 3).every((share) => share > 0 && share <= 4)).toBe(true);
    expect(Math.max(...shares)).toBeLessThanOrEqual(32);
  });

  test('count among those that wait, so that the background cannot fill the memory either', async () => {
    const { target } = createTarget();
    const writer = new GroupCommitWriter(target, { onCommit: () => {} });
    const writes = Array.from({ length: 10_050 }, (_, i) =>
      i % 2 === 0 ? writer.submit('work', 'release', [[], 'ann', 1_000]) : writer.submit('tenants', 'ensure', ['a', 1]),
    );
    expect(await tallyEnds(writes)).toEqual({ accepted: 10_000, overloaded: 50 });
    await writer.close(() => {});
  });
});

describe('a write', () => {
  test('that a person waits for goes ahead of the background, whatever facet it is of', async () => {
    const { target, done } = createTarget();
    const writer = new GroupCommitWriter(target, { onCommit: () => {} });
    const { release } = writer.facet('work', ['release'], 'request');
    const { redrive } = writer.facet('outbox', ['redrive']);
    const writes = Array.from({ length: 100 }, (_, i) => writer.submit('work', 'release', [[i], 'ann', 1_000]));
    writes.push(release([100], 'ann', 1_000));
    const redriven = redrive({ tenantKey: 101, userKey: null }, 'task', 1_000);
    await Promise.all([...writes, redriven]);
    await writer.close(() => {});
    expect(done[0]?.split(',')).toEqual(['work 100', 'outbox [object Object]', 'work 0', 'work 1']);
  });

  test('that fails by a fault of the program is told as one, not as the death of the storage Worker', async () => {
    const { target, state } = createTarget();
    const writer = new GroupCommitWriter(target, { onCommit: () => {} });
    const failWith = async (error: Error) => {
      state.commit = () => {
        throw error;
      };
      return refusal(writer.submit('tenants', 'ensure', ['a', 1]));
    };
    const fault = await failWith(new WorkerCallError({ message: 'undefined is no function' }));
    expect([fault.code, fault.message]).toEqual(['internal', 'The storage engine failed in a way it should not.']);
    const full = await failWith(new WorkerCallError({ message: 'disk I/O', code: 'SQLITE_FULL' }));
    expect([full.code, full.message]).toEqual([
      'storage_unavailable',
      'The disk that holds the database is full. Free some space and send the request again.',
    ]);
    const death = await failWith(new WorkerDiedError('storage'));
    expect(death.message).toStartWith('The storage Worker stopped');
    expect(writer.isFailing).toBe(true);
    state.commit = () => {};
    await writer.submit('tenants', 'ensure', ['a', 1]);
    expect(writer.isFailing).toBe(false);
    await writer.close(() => {});
  });
});
