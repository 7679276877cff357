import { expect, test } from 'bun:test';
import { MemfuseError } from '../../src/contract/errors.ts';
import { WorkerCallError, WorkerDiedError, WorkerReplacedError } from '../../src/platform/worker-channel.ts';
import { asMemfuseError, createSearchWorker, SEARCH_LIMITS } from '../../src/services/search-worker.ts';
import { manualTime } from '../support/manual-time.ts';
import { recordedLog } from '../support/recorded-log.ts';

/** Does everything a Worker should not; here it lets a call wait for ever. */
const ENTRY = new URL('../platform/odd-worker.ts', import.meta.url);

test('a question that takes too long is given up, and its Worker is not', async () => {
  const time = manualTime();
  const log = recordedLog();
  const worker = createSearchWorker('search', { refusal: '' } as never, {
    ...{ log, onNote: () => {}, limits: { ...SEARCH_LIMITS, silentAfterMs: 1e9 }, scheduler: time, entry: ENTRY },
  });
  await worker.open();
  const asked = worker.ask('never' as never, undefined as never).catch((error) => error);
  expect(await worker.ask('count' as never, undefined as never)).toBe(1 as never);
  await time.advance(SEARCH_LIMITS.questionMs - 1);
  expect(await worker.call('count' as never, undefined as never)).toBe(2 as never);
  await time.advance(1);
  expect(await asked).toMatchObject({ code: 'overloaded', message: expect.stringContaining('30 s') });
  expect(await worker.call('count' as never, undefined as never)).toBe(3 as never);
  expect(log.lines).toEqual([]);
  await worker.running?.close();
});

test('what a call failed with has a code of the contract: one that it does not know is a defect', () => {
  const failed = (code: unknown, details?: unknown) =>
    asMemfuseError(new WorkerCallError({ message: 'It failed.', code, details }));
  for (const code of ['ERR_OUT_OF_RANGE', 'toString', 7, undefined, null]) {
    expect(failed(code)).toMatchObject({ code: 'internal', details: {} });
  }
  expect(failed('overloaded', { retryAfterS: 3 })).toMatchObject({ code: 'overloaded', details: { retryAfterS: 3 } });
  expect(asMemfuseError(new WorkerReplacedError('search', 'hung'))).toMatchObject({ code: 'overloaded' });
  expect(asMemfuseError(new WorkerDiedError('search'))).toMatchObject({ code: 'storage_unavailable' });
  const own = new MemfuseError('not_found', 'gone');
  expect(asMemfuseError(own)).toBe(own);
});
