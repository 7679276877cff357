import { expect } from 'bun:test';
import { expectSuccess } from './envelope.ts';
import type { TestAnswer, TestServer } from './server.ts';

/** Creates an API key over HTTP, asserts its success and returns its row with the secret. */
export const createKey = async (by: TestServer, userId: string, body?: object): Promise<TestAnswer['body']> => {
  const answer = await by.call('POST', `/users/${userId}/api-keys`, body);
  expect([200, 201]).toContain(answer.status);
  return expectSuccess(answer, answer.status as 200 | 201, 'API key created successfully').api_key;
};

export const listKeys = async (by: TestServer, userId: string): Promise<TestAnswer['body'][]> =>
  expectSuccess(await by.call('GET', `/users/${userId}/api-keys`), 200, 'API keys retrieved successfully').api_keys;
