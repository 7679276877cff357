import { expect, test } from 'bun:test';
import { type ErrorCategory, type ErrorCode, MemfuseError, notFound } from '../../src/contract/errors.ts';

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

test('what was not found is named by kind and id', () => {
  expect(notFound('session', 'x')).toMatchObject({ code: 'not_found', details: { entity: 'session', value: 'x' } });
});
