import { expect } from 'bun:test';
import type { TestAnswer } from './server.ts';

/** Asserts an answer in the success envelope, exactly its five keys, and returns its data. */
export const expectSuccess = (answer: TestAnswer, status: 200 | 201, message: string): TestAnswer['body'] => {
  expect(answer.body).toEqual({ status: 'success', code: status, data: expect.anything(), message, errors: null });
  expect(answer.status).toBe(status);
  return answer.body.data;
};

/** Asserts an answer in the error envelope, exactly its five keys; `text` is the message again when left out. */
export const expectRefusal = (
  answer: TestAnswer,
  status: number,
  field: string,
  message: string,
  text: string = message,
): void => {
  const errors = [{ field, message: text }];
  expect(answer.body).toEqual({ status: 'error', code: status, data: null, message, errors });
  expect(answer.status).toBe(status);
};

/** Asserts a 422 of the schema and returns its details. */
export const expectInvalid = (answer: TestAnswer): TestAnswer['body'] => {
  expect(answer.body).toMatchObject({ status: 'error', code: 422, data: null, message: 'Validation error' });
  expect(answer.body.detail).toBeArray();
  expect(answer.body.detail).not.toBeEmpty();
  expect(answer.status).toBe(422);
  return answer.body.detail;
};
