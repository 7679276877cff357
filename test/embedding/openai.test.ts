import { afterEach, beforeEach, expect, setSystemTime, test } from 'bun:test';
import { isOutage, MemfuseError } from '../../src/contract/errors.ts';
import { type OpenAIOptions, openOpenAIEmbedder } from '../../src/embedding/openai.ts';
import { norm } from '../../src/embedding/unit.ts';
import type { LogFacts } from '../../src/platform/log.ts';
import { manualClock } from '../support/manual-clock.ts';
import { BEHAVIOURS, DIMENSIONS, startFakeEndpoint } from './fake-endpoint.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

let endpoint: ReturnType<typeof startFakeEndpoint>;
let waits: number[];
let logged: string[];
beforeEach(() => {
  endpoint = startFakeEndpoint();
  waits = [];
  logged = [];
});
afterEach(async () => {
  setSystemTime();
  await endpoint.stop();
});

const write = (facts: LogFacts, words: string): void => void logged.push(`${words} ${JSON.stringify(facts)}`);
const log = { error: write, warn: write, info: write, debug: write };

const open = (options: Partial<OpenAIOptions> = {}) =>
  openOpenAIEmbedder(
    {
      model: 'fake',
      baseUrl: endpoint.baseUrl,
      apiKey: 'sk-secret',
      dimensions: DIMENSIONS,
      requestDimensions: false,
      batchSize: 3,
      timeoutMs: 10_000,
      maxRetries: 3,
      ...options,
    },
    {
      log,
      clock: manualClock(Date.parse('2026-05-01T09:30:00Z')),
      wait: async (ms) => void waits.push(ms),
      random: () => 1,
    },
  );

const refusal = async (call: Promise<unknown>): Promise<MemfuseError> => {
  const error = await call.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MemfuseError);
  const everything = `${error.message} ${error.cause} ${JSON.stringify(error.cause)} ${logged.join()}`;
  expect(everything).not.toContain('secret');
  return error;
};

test('texts go to the endpoint in batches, with the key, and come back in order with length 1', async () => {
  const texts = ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg'];
  const vectors = await open().embed(texts);
  expect(endpoint.calls.map(({ input }) => input)).toEqual([texts.slice(0, 3), texts.slice(3, 6), texts.slice(6)]);
  for (const { path, model, authorization, dimensions } of endpoint.calls) {
    const seen = { path, model, authorization, dimensions };
    expect(seen).toEqual({
      path: '/v1/embeddings',
      model: 'fake',
      authorization: 'Bearer sk-secret',
      dimensions: undefined,
    });
  }
  vectors.forEach((vector, i) => {
    expect(vector).toHaveLength(DIMENSIONS);
    expect(norm(vector)).toBeCloseTo(1, 6);
    expect((vector[0] ?? 0) / (vector[1] ?? 1)).toBeCloseTo((10 * (i + 1)) / 3, 4);
  });
});

test('the endpoint is asked for a dimension only when told to, and for a key only when there is one', async () => {
  await open({ requestDimensions: true, apiKey: undefined }).embed(['a']);
  expect(endpoint.calls[0]).toMatchObject({ dimensions: DIMENSIONS, authorization: null });
});

test('texts that endpoints refuse do not reach it as they are: empty, endless, broken', async () => {
  const vectors = await open().embed(HOSTILE_TEXTS);
  expect(vectors).toHaveLength(HOSTILE_TEXTS.length);
  HOSTILE_TEXTS.forEach((text, i) => {
    expect(norm(vectors[i] ?? [])).toBeCloseTo(text.trim() === '' ? 0 : 1, 6);
  });
  for (const input of endpoint.calls.flatMap((call) => call.input)) {
    expect(input.trim()).not.toBe('');
    expect(input.length).toBeLessThanOrEqual(8_000);
    expect(input.isWellFormed()).toBe(true);
  }
  expect(await open().embed([])).toEqual([]);
});

for (const [name, behaviour] of [
  ['is in trouble', BEHAVIOURS.fails],
  ['answers HTML', BEHAVIOURS.html],
  ['answers other JSON', BEHAVIOURS.otherJson],
  ['answers too few vectors', BEHAVIOURS.tooFew],
  ['answers vectors of no numbers', BEHAVIOURS.notNumbers],
] as const) {
  test(`an endpoint that ${name} is asked again, later and later, until it answers`, async () => {
    endpoint.behave(behaviour, behaviour, behaviour);
    expect(await open().embed(['a'])).toHaveLength(1);
    expect(waits).toEqual([250, 500, 1_000]);
  });

  test(`an endpoint that ${name} again and again is unavailable for now`, async () => {
    endpoint.behave(behaviour, behaviour, behaviour, behaviour);
    const error = await refusal(open().embed(['a']));
    expect(error.retryable).toBe(true);
    expect(endpoint.calls).toHaveLength(4);
  });
}

for (const name of ['hangs', 'stalls'] as const) {
  test(`an endpoint that ${name} costs its timeout and a retry`, async () => {
    endpoint.behave(BEHAVIOURS[name]);
    expect(await open({ timeoutMs: 50 }).embed(['a'])).toHaveLength(1);
    endpoint.behave(BEHAVIOURS[name]);
    const error = await refusal(open({ timeoutMs: 50, maxRetries: 0 }).embed(['a']));
    expect(error.message).toBe('The embedding endpoint did not answer within 50 ms.');
    expect(error.retryable).toBe(true);
  });
}

test('an endpoint that is not there is unavailable for now', async () => {
  await endpoint.stop();
  const error = await refusal(open({ maxRetries: 1 }).embed(['a']));
  expect(error.message).toBe('The embedding endpoint cannot be reached.');
  expect(error.retryable).toBe(true);
});

for (const [name, headers, waited] of [
  ['in seconds', { 'Retry-After': '7' }, 7_000],
  ['as a date', { 'Retry-After': 'Fri, 01 May 2026 09:30:04 GMT' }, 4_000],
  ['as a date that is over', { 'Retry-After': 'Fri, 01 May 2026 09:00:00 GMT' }, 0],
  ['in milliseconds', { 'retry-after-ms': '120', 'Retry-After': '1' }, 120],
  ['in no words that are known', { 'Retry-After': 'soon' }, 250],
] as const) {
  test(`a pause that the endpoint asks for ${name} is kept`, async () => {
    endpoint.behave(BEHAVIOURS.busy(headers));
    expect(await open().embed(['a'])).toHaveLength(1);
    expect(waits).toEqual([waited]);
  });
}

test('a pause too long to wait for ends the call at once', async () => {
  endpoint.behave(BEHAVIOURS.busy({ 'Retry-After': '3600' }));
  const error = await refusal(open().embed(['a']));
  expect(error.message).toBe('The embedding endpoint asks for a pause (429).');
  expect([error.retryable, error.details.retryAfterS]).toEqual([true, 3_600]);
  expect(waits).toEqual([]);
});

for (const [status, words] of [
  [400, 'refuses the texts (400)'],
  [401, 'refuses the key (401)'],
  [404, 'knows no such model or address (404)'],
  [418, 'refuses the call (418)'],
] as const) {
  test(`a refusal (${status}) is not repeated and says what to look at`, async () => {
    endpoint.behave(BEHAVIOURS.refuses(status));
    const error = await refusal(open().embed(['a']));
    expect(error.message).toContain(words);
    expect(error.retryable).toBe(false);
    // A refused key is nothing that other texts would change.
    expect(isOutage(error)).toBe(status !== 400);
    expect(endpoint.calls).toHaveLength(1);
  });
}

test('vectors of another size than the settings say are refused, with both numbers', async () => {
  endpoint.behave(BEHAVIOURS.otherSize);
  const embedder = open();
  const error = await refusal(embedder.embed(['a']));
  expect(error.message).toBe(
    'The embedding endpoint answers vectors of 5 components where embedding.dimension says 4.',
  );
  expect([error.retryable, isOutage(error)]).toEqual([false, true]);
  expect(endpoint.calls).toHaveLength(1);
  expect(await embedder.embed(['a'])).toHaveLength(1);
});

test('after five failures in a row the endpoint is left alone, then tried again, and used when it answers', async () => {
  setSystemTime(new Date('2026-05-01T09:30:00Z'));
  const embedder = open({ maxRetries: 0 });
  endpoint.behave(...Array(6).fill(BEHAVIOURS.fails));
  for (let i = 0; i < 5; i += 1) await refusal(embedder.embed(['a']));
  expect(endpoint.calls).toHaveLength(5);

  const error = await refusal(embedder.embed(['a']));
  expect(error.message).toContain('left alone for some seconds');
  expect(error.retryable).toBe(true);
  expect(endpoint.calls).toHaveLength(5);

  setSystemTime(new Date('2026-05-01T09:30:11Z'));
  await refusal(embedder.embed(['a']));
  expect(endpoint.calls).toHaveLength(6);
  await refusal(embedder.embed(['a']));
  expect(endpoint.calls).toHaveLength(6);

  setSystemTime(new Date('2026-05-01T09:30:22Z'));
  expect(await embedder.embed(['a', 'b'])).toHaveLength(2);
  expect(await embedder.embed(['a'])).toHaveLength(1);
  expect(endpoint.calls).toHaveLength(8);
  expect(logged.map((line) => line.replace(/ \{.*/, ''))).toEqual([
    'the embedding endpoint is left alone for a while',
    'the embedding endpoint is left alone for a while',
    'the embedding endpoint answers again',
  ]);
});

test('refusals do not make the endpoint be left alone', async () => {
  const embedder = open({ maxRetries: 0 });
  endpoint.behave(...Array(6).fill(BEHAVIOURS.refuses(400)));
  for (let i = 0; i < 6; i += 1) await refusal(embedder.embed(['a']));
  expect(await embedder.embed(['a'])).toHaveLength(1);
});

test('closing ends the calls in flight, and later ones are refused', async () => {
  endpoint.behave(BEHAVIOURS.hangs);
  const embedder = open();
  const call = refusal(embedder.embed(['a']));
  while (endpoint.calls.length === 0) await Bun.sleep(1);
  await embedder.close();
  expect((await call).message).toBe('The embedder is closed.');
  expect((await refusal(embedder.embed(['a']))).message).toBe('The embedder is closed.');
});

test('the fingerprint tells models and sizes apart, not addresses', () => {
  const print = (options: Partial<OpenAIOptions>) => open(options).model.fingerprint;
  expect(print({})).toMatch(/^[0-9a-f]{64}$/);
  expect(print({ baseUrl: 'http://127.0.0.1:1/v1', apiKey: undefined })).toBe(print({}));
  expect(print({ model: 'other' })).not.toBe(print({}));
  expect(print({ dimensions: 5 })).not.toBe(print({}));
});
