import { expect, test } from 'bun:test';
import {
  type ErrorCategory,
  type ErrorCode,
  fromOtherThread,
  isOutage,
  MemfuseError,
  notFound,
} from '../../src/contract/errors.ts';

const CATEGORIES: Readonly<Record<ErrorCode, ErrorCategory>> = {
  not_found: 'caller',
  name_taken: 'caller',
  invalid: 'caller',
  forbidden: 'caller',
  idempotency_mismatch: 'caller',
  overloaded: 'capacity',
  storage_unavailable: 'storage',
  internal: 'defect',
};

test('an error says whose it is, and that the same call may succeed later when it was capacity or storage', () => {
  for (const [code, category] of Object.entries(CATEGORIES) as [ErrorCode, ErrorCategory][]) {
    const error = new MemfuseError(code, 'A sentence.');
    expect(error.category).toBe(category);
    expect(error.retryable).toBe(category === 'capacity' || category === 'storage');
  }
});

test('an error keeps its sentence, its details and its cause', () => {
  const cause = new Error('cause');
  const error = new MemfuseError('name_taken', 'A sentence.', { entity: 'user', field: 'name', value: 'ada' }, cause);
  expect(error).toMatchObject({ name: 'MemfuseError', message: 'A sentence.', cause });
  expect(error.details).toEqual({ entity: 'user', field: 'name', value: 'ada' });
  expect(new MemfuseError('internal', 'A sentence.').details).toEqual({});
});

test('an outage is what passes or can be mended by others than those who ask', () => {
  for (const code of Object.keys(CATEGORIES) as ErrorCode[]) {
    expect(isOutage(new MemfuseError(code, 'A sentence.'))).toBe(
      code === 'overloaded' || code === 'storage_unavailable',
    );
  }
  expect(isOutage(new MemfuseError('internal', 'The key is refused.', { untilMended: true }))).toBe(true);
  for (const error of [new Error('overloaded'), { code: 'overloaded' }, undefined]) expect(isOutage(error)).toBe(false);
});

test('an error of another thread keeps its sentence, its code and its details, and a foreign code is a defect', () => {
  const thrown = (code: unknown, details?: unknown) =>
    fromOtherThread(Object.assign(new Error('A sentence.'), { code, details }));
  expect(thrown('overloaded', { retryAfterS: 7 })).toMatchObject({
    message: 'A sentence.',
    code: 'overloaded',
    details: { retryAfterS: 7 },
  });
  for (const foreign of ['ERR_INVALID_ARG_TYPE', 'SQLITE_BUSY', 'toString', '__proto__', 17, undefined, null]) {
    const error = thrown(foreign, { retryAfterS: 7 });
    expect([error.code, error.details, (error.cause as Error).message]).toEqual(['internal', {}, 'A sentence.']);
  }
});

test('what was not found is named by kind and id', () => {
  expect(notFound('session', 'x')).toMatchObject({ code: 'not_found', details: { entity: 'session', value: 'x' } });
});
