import { createHash } from 'node:crypto';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany } from 'ai';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { MemfuseError } from '../contract/errors.ts';
import type { Clock } from '../platform/clock.ts';
import { withDescriptors, withThread } from '../platform/descriptor-reserve.ts';
import type { Log } from '../platform/log.ts';
import type { Embedder } from './embedder.ts';
import { EndpointFailure, failureFrom } from './endpoint-failure.ts';
import { refused, unavailable, unusable } from './failures.ts';
import { unit } from './unit.ts';

export interface OpenAIOptions {
  /** The model's name at the endpoint. */
  readonly model: string;
  /** The address before `/embeddings`, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** Components that a vector must have. */
  readonly dimensions: number;
  /** Whether the endpoint is asked for that many, which only some models and servers understand. */
  readonly requestDimensions: boolean;
  /** Most texts in one call of the endpoint. */
  readonly batchSize: number;
  /** For one call of the endpoint. */
  readonly timeoutMs: number;
  /** Tries after the first, for what passes by itself. */
  readonly maxRetries: number;
}

/** What is injected, so that tests need not wait. */
export interface OpenAIContext {
  readonly log: Log;
  readonly clock: Clock;
  /** Resolves after so many milliseconds; rejects when the signal comes first. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** About what an English text of 8,191 tokens at most has, OpenAI's limit, with room for denser scripts. */
const MAX_CHARACTERS = 8_000;
/** Failures in a row, retries included, after which the endpoint is left alone for a while. */
const BREAK_AFTER = 5;
const BREAK_MS = 10_000;
const FIRST_BACKOFF_MS = 250;
/** The longest wait within a call, also when the endpoint asks for more: then the call fails and the caller comes back. */
const MAX_BACKOFF_MS = 10_000;
const RECIPE = 'OpenAI-compatible endpoint, first 8000 characters, normalised';

const isTransient = (error: unknown): boolean => error instanceof EndpointFailure && error.transient;
const isWorthWaiting = (error: unknown): boolean =>
  error instanceof EndpointFailure && error.transient && (error.retryAfterMs ?? 0) <= MAX_BACKOFF_MS;

const toMemfuseError = (failure: EndpointFailure): MemfuseError => {
  switch (failure.blame) {
    case 'passing':
      return unavailable(failure.message, failure, failure.retryAfterMs);
    case 'setup':
      return unusable(failure.message, failure);
    case 'texts':
      return refused(failure.message, failure);
    default:
      return failure.blame satisfies never;
  }
};

let isFirst = true;
/** Bun starts a thread for the first call, and each is a connection. */
const callEndpoint = ((input, init) => {
  const starts = isFirst ? withThread : withDescriptors;
  isFirst = false;
  return starts(() => fetch(input, init));
}) as typeof fetch;

/**
 * The endpoint's model as an embedder. Nothing is asked of the endpoint until the first text.
 *
 * Errors of `embed`: `overloaded` when the endpoint does not answer, is in trouble or was left alone for a while after
 * failures in a row, with the seconds that it asked for; `internal` when it refuses the texts, and `untilMended` when it
 * refuses the key or the model, or answers vectors of another size.
 */
export const openOpenAIEmbedder = (options: OpenAIOptions, { log, clock, wait, random }: OpenAIContext): Embedder => {
  const { model: name, dimensions, timeoutMs } = options;
  const provider = createOpenAICompatible({
    name: 'embedding',
    baseURL: options.baseUrl,
    fetch: callEndpoint,
    ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
  });
  const model = provider.embeddingModel(name);
  const closing = new AbortController();
  const tooSlow = new EndpointFailure(`did not answer within ${timeoutMs} ms`, 'passing');

  const breaker = circuitBreaker(handleWhen(isTransient), {
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
    halfOpenAfter: BREAK_MS,
  });
  breaker.onBreak(() =>
    log.warn({ model: name, pauseMs: BREAK_MS }, 'the embedding endpoint is left alone for a while'),
  );
  breaker.onReset(() => log.info({ model: name }, 'the embedding endpoint answers again'));
  const attempt = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Cooperative));
  const again = retry(handleWhen(isWorthWaiting), {
    maxAttempts: options.maxRetries,
    // The wait is `wait`, before the next attempt.
    backoff: new DelegateBackoff(() => 0),
  });

  const call = async (values: string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const { embeddings } = await embedMany({
      model,
      values,
      maxRetries: 0,
      abortSignal: signal,
      ...(options.requestDimensions && { dimensions }),
    });
    const isRubbish =
      embeddings.length !== values.length || !embeddings.every((vector) => vector.every(Number.isFinite));
    if (isRubbish) throw new EndpointFailure('answers something that is not a list of embeddings', 'passing');
    const wrong = embeddings.find(({ length }) => length !== dimensions)?.length;
    if (wrong !== undefined) {
      const clause = `answers vectors of ${wrong} components where embedding.dimension says ${dimensions}`;
      throw new EndpointFailure(clause, 'setup');
    }
    return embeddings.map(unit);
  };

  const embedBatch = async (values: string[]): Promise<Float32Array[]> => {
    let failure: EndpointFailure | null = null;
    try {
      return await again.execute(async ({ attempt: number }) => {
        // Exponential, with full jitter in its upper half.
        const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (number - 1)) * (0.5 + random() / 2);
        if (number > 0) await wait(failure?.retryAfterMs ?? backoffMs, closing.signal);
        return attempt.execute(async ({ signal }) => {
          try {
            return await call(values, signal);
          } catch (error) {
            failure = signal.aborted ? tooSlow : failureFrom(error, clock.now());
            throw failure;
          }
        }, closing.signal);
      }, closing.signal);
    } catch (error) {
      if (closing.signal.aborted) throw unavailable('The embedder is closed.');
      if (error instanceof BrokenCircuitError) {
        throw unavailable('The embedding endpoint failed again and again and is left alone for some seconds.');
      }
      throw toMemfuseError(failureFrom(error, clock.now()));
    }
  };

  return {
    model: {
      name,
      dimensions,
      fingerprint: createHash('sha256').update(`${RECIPE}\n${name}\n${dimensions}`).digest('hex'),
    },
    embed: async (texts) => {
      const vectors: Float32Array[] = texts.map(() => new Float32Array(dimensions));
      // Endpoints refuse empty texts and broken characters.
      const inputs = texts
        .map((text, index) => ({ index, input: text.slice(0, MAX_CHARACTERS).toWellFormed() }))
        .filter(({ input }) => input.trim() !== '');
      for (let start = 0; start < inputs.length; start += options.batchSize) {
        const batch = inputs.slice(start, start + options.batchSize);
        const answers = await embedBatch(batch.map(({ input }) => input));
        batch.forEach(({ index }, i) => {
          vectors[index] = answers[i] as Float32Array;
        });
      }
      return vectors;
    },
    close: async () => closing.abort(),
  };
};
