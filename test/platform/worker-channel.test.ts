import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeReserve, openReserve } from '../../src/platform/descriptor-reserve.ts';
import {
  CLOSE_MS,
  createWorkerChannel,
  openWorkerChannel,
  WorkerCallError,
  type WorkerChannel,
  type WorkerChannelOptions,
  WorkerDiedError,
  WorkerReplacedError,
} from '../../src/platform/worker-channel.ts';
import { manualTime } from '../support/manual-time.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { OddHandlers } from './odd-worker.ts';

let folder: ReturnType<typeof temporaryFolder>;
let refusal: string;
let deaths: WorkerDiedError[];
const open: WorkerChannel<OddHandlers>[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  refusal = join(folder.path, 'refuse');
  deaths = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((channel) => channel.close()));
  folder.remove();
});

const openOdd = async (
  entry = './odd-worker.ts',
  more: Partial<WorkerChannelOptions> = {},
): Promise<WorkerChannel<OddHandlers>> => {
  const channel = await openWorkerChannel<OddHandlers>({
    name: 'odd',
    entry: new URL(entry, import.meta.url),
    data: { refusal },
    onDeath: (error) => deaths.push(error),
    ...more,
  });
  open.push(channel);
  return channel;
};

/** What a promise is rejected with; fails when it is kept. */
const reasonOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const [outcome] = await Promise.allSettled([promise]);
  if (outcome?.status !== 'rejected') throw new Error('The promise was kept.');
  return outcome.reason;
};

describe('a call', () => {
  test('is answered by its handler', async () => {
    const channel = await openOdd();
    expect(await channel.call('echo', { text: 'Zoë 🦊', list: [1, null], when: new Date(0) })).toEqual({
      text: 'Zoë 🦊',
      list: [1, null],
      when: new Date(0),
    });
    expect(await channel.call('echo', undefined)).toBeUndefined();
  });

  test('gets its own answer among many at once, also when a later one is answered first', async () => {
    const channel = await openOdd();
    const waits = [40, 1, 20, 5, 30, 0];
    expect(await Promise.all(waits.map((ms) => channel.call('later', { ms })))).toEqual(waits);
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    expect(await Promise.all(numbers.map((i) => channel.call('echo', i)))).toEqual(numbers);
  });

  test.each([
    ['fail', 'It went wrong.'],
    ['failLater', 'It went wrong later.'],
  ] as const)(
    'fails with the message, code and details of the error that its handler throws (%s)',
    async (method, message) => {
      const channel = await openOdd();
      const error = await reasonOf(channel.call(method, undefined));
      expect(error).toBeInstanceOf(WorkerCallError);
      expect(error).toMatchObject({ message, code: 'odd', details: { field: 'x' } });
    },
  );

  test('fails with the text that its handler throws', async () => {
    const channel = await openOdd();
    const error = await reasonOf(channel.call('failWithText', undefined));
    expect(error).toBeInstanceOf(WorkerCallError);
    expect(error).toMatchObject({ message: 'only text' });
  });

  test('fails when there is no such handler', async () => {
    const channel = await openOdd();
    const error = await reasonOf(channel.call('nothing' as 'echo', undefined));
    expect(error).toMatchObject({ name: 'WorkerCallError', message: 'The Worker has no handler "nothing".' });
  });

  test('fails when what is asked or answered cannot be sent, and the next is answered', async () => {
    const channel = await openOdd();
    await reasonOf(channel.call('echo', () => {}));
    expect(await reasonOf(channel.call('unsendable', undefined))).toBeInstanceOf(WorkerCallError);
    expect(await channel.call('echo', 1)).toBe(1);
  });

  test('that fails kills nobody', async () => {
    const channel = await openOdd();
    await channel.call('count', undefined);
    await reasonOf(channel.call('fail', undefined));
    expect(await channel.call('count', undefined)).toBe(2);
    expect(deaths).toEqual([]);
  });
});

describe('a Worker that dies', () => {
  const waysToDie = [
    ['ends with 1', (channel: WorkerChannel<OddHandlers>) => channel.call('exit', 1)],
    ['ends with 0', (channel: WorkerChannel<OddHandlers>) => channel.call('exit', 0)],
    ['throws where nobody catches', (channel: WorkerChannel<OddHandlers>) => channel.call('crash', undefined)],
  ] as const;

  test.each(waysToDie)(
    'because it %s fails the calls in flight, tells of it once, and is replaced at the next call',
    async (_, die) => {
      const channel = await openOdd();
      expect(await channel.call('count', undefined)).toBe(1);
      const waiting = [channel.call('never', undefined), channel.call('never', undefined)].map(reasonOf);
      const errors = await Promise.all([...waiting, reasonOf(die(channel))]);
      for (const error of errors) {
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ message: 'The odd Worker stopped before it answered.' });
      }
      expect(await channel.call('count', undefined)).toBe(1);
      expect(await channel.call('count', undefined)).toBe(2);
      expect(deaths).toHaveLength(1);
    },
  );

  test('says why, when it is known', async () => {
    const channel = await openOdd();
    await reasonOf(channel.call('crash', undefined));
    expect(deaths[0]?.cause).toMatchObject({ message: 'nobody catches this' });
  });

  test('has one successor, however many call at once', async () => {
    const channel = await openOdd();
    await reasonOf(channel.call('exit', 1));
    const counts = await Promise.all(Array.from({ length: 5 }, () => channel.call('count', undefined)));
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  test('again and again is replaced again and again', async () => {
    const channel = await openOdd();
    for (let i = 1; i <= 5; i += 1) {
      expect(await reasonOf(channel.call('exit', 1))).toBeInstanceOf(WorkerDiedError);
      expect(deaths).toHaveLength(i);
    }
    expect(await channel.call('count', undefined)).toBe(1);
  });

  test('leaves no call without an end: those made in the moment of death are answered or fail', async () => {
    const channel = await openOdd();
    const calls = Array.from({ length: 50 }, (_, i) => (i === 25 ? channel.call('exit', 1) : channel.call('echo', i)));
    const outcomes = await Promise.allSettled(calls);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WorkerDiedError);
    }
    expect(outcomes[25]?.status).toBe('rejected');
    expect(await channel.call('echo', 'alive')).toBe('alive');
  });

  test('and whose successor does not start fails the call with the reason, and the one after tries anew', async () => {
    const channel = await openOdd();
    writeFileSync(refusal, '');
    await reasonOf(channel.call('exit', 1));
    for (let i = 0; i < 2; i += 1) {
      const error = await reasonOf(channel.call('count', undefined));
      expect(error).toMatchObject({ name: 'WorkerCallError', message: 'It does not start.', code: 'odd' });
    }
    rmSync(refusal);
    expect(await channel.call('count', undefined)).toBe(1);
  });
});

describe('a Worker that does not start', () => {
  afterEach(closeReserve);

  /** Descriptors that run short while the first of them starts, if they do; with the second there is room. */
  const shortOnce = (isShort: boolean): { starts: number } => {
    const seen = { starts: 0 };
    let shortages = 0;
    const makeRoom = (): void => {
      seen.starts += 1;
      if (seen.starts === 1 && isShort) shortages += 1;
      if (seen.starts === 2) rmSync(refusal);
    };
    openReserve(0, { makeRoom, countShortages: () => shortages, startThread: (start) => start() });
    return seen;
  };

  test.each(['', 'exit'])(
    'because descriptors ran short has a successor at once, and nobody hears of it ("%s")',
    async (how) => {
      writeFileSync(refusal, how);
      const seen = shortOnce(true);
      const channel = await openOdd();
      const counts = await Promise.all([channel.call('count', undefined), channel.call('count', undefined)]);
      expect({ counts, deaths, ...seen }).toEqual({ counts: [1, 2], deaths: [], starts: 2 });
    },
  );

  test.each(['', 'exit'])('for another reason is told of and not tried again ("%s")', async (how) => {
    writeFileSync(refusal, how);
    const seen = shortOnce(false);
    expect(await reasonOf(openOdd())).toBeInstanceOf(how === 'exit' ? WorkerDiedError : WorkerCallError);
    expect([deaths.length, seen.starts]).toEqual([how === 'exit' ? 1 : 0, 1]);
  });
});

describe('a Worker that hangs', () => {
  let pipe: string;
  let blocked: number | null = null;
  beforeEach(() => {
    pipe = join(folder.path, 'pipe');
    Bun.spawnSync(['mkfifo', pipe]);
    // Held open for writing, so that it never ends: a reader waits until somebody lets go.
    blocked = openSync(pipe, constants.O_RDWR);
  });
  const release = (): void => {
    if (blocked !== null) closeSync(blocked);
    blocked = null;
  };
  afterEach(release);

  test.each([
    ['in native code', (channel: WorkerChannel<OddHandlers>) => channel.call('stall', pipe)],
    ['in a loop', (channel: WorkerChannel<OddHandlers>) => channel.call('spin', undefined)],
  ] as const)(
    '%s has its calls ended at once when it is given up, and the next is answered by another',
    async (_, hang) => {
      const channel = await openOdd();
      expect(await channel.call('count', undefined)).toBe(1);
      const calls = [hang(channel), channel.call('echo', 'behind it')].map(reasonOf);
      channel.replace('took too long');
      for (const error of await Promise.all(calls)) {
        expect(error).toBeInstanceOf(WorkerReplacedError);
        expect(error).toMatchObject({ cause: { message: 'It took too long and was replaced.' } });
      }
      expect(await channel.call('count', undefined)).toBe(1);
      expect(deaths).toHaveLength(1);
    },
  );

  test('is given up by itself when it has been silent for as long as it may', async () => {
    const time = manualTime();
    const channel = await openOdd(undefined, { silentAfterMs: 4_000, scheduler: time });
    const hanging = reasonOf(channel.call('stall', pipe));
    await time.rest();
    await time.advance(3_999);
    expect(deaths).toEqual([]);
    await time.advance(1);
    expect(deaths).toHaveLength(1);
    expect(await hanging).toMatchObject({
      cause: { message: 'It gave no sign of life for 4000 ms and was replaced.' },
    });
    expect(await channel.call('count', undefined)).toBe(1);
  });

  test('is not one that waits for something, or has nothing to do', async () => {
    // As long as an answer between threads takes, with room for a busy machine.
    const time = manualTime({ rest: () => Bun.sleep(30) });
    const channel = await openOdd(undefined, { silentAfterMs: 4_000, scheduler: time });
    const waiting = channel.call('never', undefined);
    waiting.catch(() => {});
    await time.rest();
    await time.advance(20_000);
    expect(deaths).toEqual([]);
    const idle = await openOdd(undefined, { silentAfterMs: 4_000, scheduler: time });
    await idle.call('count', undefined);
    await time.advance(4_000);
    expect([deaths, await idle.call('count', undefined)]).toEqual([[], 2]);
  });

  test('holds up no close beyond its bound', async () => {
    const time = manualTime();
    const channel = await openOdd(undefined, { scheduler: time });
    const hanging = reasonOf(channel.call('stall', pipe));
    await time.rest();
    let isClosed = false;
    const closing = channel.close().then(() => {
      isClosed = true;
    });
    expect(await hanging).toBeInstanceOf(WorkerDiedError);
    await time.advance(CLOSE_MS - 1);
    expect(isClosed).toBe(false);
    await time.advance(1);
    await closing;
  });
});

describe('opening', () => {
  test('fails with what the Worker says when it cannot start', async () => {
    writeFileSync(refusal, '');
    const error = await reasonOf(openOdd());
    expect(error).toBeInstanceOf(WorkerCallError);
    expect(error).toMatchObject({ message: 'It does not start.', code: 'odd', details: { field: 'x' } });
  });

  test.each([
    ['breaks while it is loaded', './broken-worker.ts'],
    ['does not exist', './no-such-worker.ts'],
  ])('fails when the Worker %s', async (_, entry) => {
    expect(await reasonOf(openOdd(entry))).toBeInstanceOf(WorkerDiedError);
  });
});

describe('a start', () => {
  test('that takes longer than it may fails, and is a death', async () => {
    const opening = openWorkerChannel<OddHandlers>({
      name: 'odd',
      entry: new URL('./sleeping-worker.ts', import.meta.url),
      data: null,
      onDeath: (error) => deaths.push(error),
      startTimeoutMs: 300,
    });
    expect(await reasonOf(opening)).toBeInstanceOf(WorkerDiedError);
    expect(deaths).toHaveLength(1);
  });

  test('can be waited for, also that of a successor', async () => {
    const channel = await openOdd();
    await channel.ready();
    await reasonOf(channel.call('exit', 1));
    await channel.ready();
    expect(await channel.call('count', undefined)).toBe(1);
    await channel.close();
    expect(await reasonOf(channel.ready())).toBeInstanceOf(WorkerDiedError);
  });
});

describe('closing', () => {
  test('fails the calls in flight and every later one, and is no death', async () => {
    const channel = await openOdd();
    const waiting = reasonOf(channel.call('never', undefined));
    await channel.close();
    expect(await waiting).toBeInstanceOf(WorkerDiedError);
    expect(await reasonOf(channel.call('echo', 1))).toBeInstanceOf(WorkerDiedError);
    expect(deaths).toEqual([]);
  });

  test('may be done twice, and at once', async () => {
    const channel = await openOdd();
    await Promise.all([channel.close(), channel.close()]);
    await channel.close();
  });

  test('may be done when the Worker has died', async () => {
    const channel = await openOdd();
    await reasonOf(channel.call('exit', 1));
    await channel.close();
    expect(await reasonOf(channel.call('echo', 1))).toBeInstanceOf(WorkerDiedError);
  });

  test('lets a Worker load first, which takes the process along when it is ended within native code', async () => {
    const loaded = new Int32Array(new SharedArrayBuffer(4));
    const entry = new URL('./slow-worker.ts', import.meta.url);
    const channel = createWorkerChannel({ name: 'slow', entry, data: loaded, onDeath: (error) => deaths.push(error) });
    const opening = reasonOf(channel.ready());
    await channel.close();
    expect(Atomics.load(loaded, 0)).toBe(1);
    expect(await opening).toBeInstanceOf(WorkerDiedError);
    expect(deaths).toEqual([]);
  });

  test('may be done while a successor starts: the call that started it has an end', async () => {
    const channel = await openOdd();
    await reasonOf(channel.call('exit', 1));
    const waiting = Promise.allSettled([channel.call('never', undefined)]);
    await channel.close();
    expect((await waiting)[0]?.status).toBe('rejected');
  });
});
