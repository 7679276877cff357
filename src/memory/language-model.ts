import { createHash } from 'node:crypto';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
// The field's client for models: it asks for structured output in each endpoint's way and checks what comes by the schema.
import { generateText, Output } from 'ai';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { z } from 'zod';
import type { Log } from '../platform/log.ts';

/** The endpoint of a language model, and what may be spent on it by one thread. */
export interface LanguageModelOptions {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly maxRequestsPerMinute: number;
  readonly maxTokensPerHour: number;
}

export interface Asked<T> {
  /** Names the answer for the model. */
  readonly name: string;
  readonly instructions: string;
  readonly prompt: string;
  readonly schema: z.ZodType<T>;
  readonly maxOutputTokens: number;
}

/** Asks a language model. It never fails: null says that whoever asks has to do without. */
export interface LanguageModel {
  ask<T>(asked: Asked<T>): Promise<T | null>;
}

export interface LanguageModelContext {
  readonly log: Log;
  /** A sign of life, while the model takes its time. */
  readonly beat: () => void;
}

/** Failures in a row after which the endpoint is left alone for a while. */
const BREAK_AFTER = 3;
const BREAK_MS = 30_000;
const BEAT_MS = 2_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Answers kept for the same question: a task that is run again asks it. */
const MOST_KEPT = 500;
/** About what a text has, before the endpoint says how many they were. */
const CHARACTERS_PER_TOKEN = 3;
/** The one bucket of each budget. */
const KEY = 'model';

/** What went wrong, without the words of the endpoint, which may repeat what people said. */
const kindOf = (error: unknown): string => {
  if (error instanceof BrokenCircuitError) return 'it is left alone for a while';
  const { name, statusCode } = (error ?? {}) as { readonly name?: string; readonly statusCode?: number };
  if (typeof statusCode === 'number') return `it answered ${statusCode}`;
  return name === 'TimeoutError' || name === 'AbortError'
    ? 'it did not answer in time'
    : 'it answered something else than it was asked for';
};

/**
 * A model behind an OpenAI-compatible endpoint. It answers null when the budget of requests or tokens is spent, when the
 * endpoint fails or is slow, and when its answer does not fit the schema; after failures in a row nobody asks it for a while.
 */
export const openLanguageModel = (
  options: LanguageModelOptions,
  { log, beat }: LanguageModelContext,
): LanguageModel => {
  const provider = createOpenAICompatible({
    name: 'llm',
    baseURL: options.baseUrl,
    supportsStructuredOutputs: true,
    ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
  });
  const model = provider.chatModel(options.model);
  const requests = new RateLimiterMemory({ points: options.maxRequestsPerMinute, duration: MINUTE_S });
  const tokens = new RateLimiterMemory({ points: options.maxTokensPerHour, duration: HOUR_S });
  const kept = new LRUCache<string, object>({ max: MOST_KEPT });
  const breaker = circuitBreaker(handleAll, { breaker: new ConsecutiveBreaker(BREAK_AFTER), halfOpenAfter: BREAK_MS });
  breaker.onBreak(() =>
    log.warn(
      { model: options.model, pauseMs: BREAK_MS },
      'the language model is left alone for a while, and rules do its work',
    ),
  );
  breaker.onReset(() => log.info({ model: options.model }, 'the language model answers again'));

  /** Takes from both budgets; false when one of them is spent. */
  const spend = async (estimate: number): Promise<boolean> => {
    const spent = await tokens.get(KEY);
    if (spent && spent.consumedPoints + estimate > options.maxTokensPerHour) return false;
    try {
      await requests.consume(KEY);
      return true;
    } catch {
      return false;
    }
  };

  const answerTo = async <T>(
    { name, instructions, prompt, schema, maxOutputTokens }: Asked<T>,
    estimate: number,
  ): Promise<T> => {
    const living = setInterval(beat, BEAT_MS);
    let used = estimate;
    try {
      const { output, usage } = await generateText({
        model,
        instructions,
        prompt,
        maxOutputTokens,
        maxRetries: 0,
        temperature: 0,
        abortSignal: AbortSignal.timeout(options.timeoutMs),
        output: Output.object({ schema, name }),
      });
      used = usage.totalTokens ?? estimate;
      return output as T;
    } finally {
      clearInterval(living);
      await tokens.penalty(KEY, used);
    }
  };

  return {
    ask: async <T>(asked: Asked<T>): Promise<T | null> => {
      const { instructions, prompt, schema, maxOutputTokens } = asked;
      const key = createHash('sha256')
        .update(JSON.stringify([options.model, instructions, prompt]))
        .digest('hex');
      const known = kept.get(key);
      if (known) return known as T;
      const estimate = Math.ceil((instructions.length + prompt.length) / CHARACTERS_PER_TOKEN) + maxOutputTokens;
      if (!(await spend(estimate))) {
        log.debug({ model: options.model }, 'the budget of the language model is spent, and rules do its work');
        return null;
      }
      try {
        const answer = schema.parse(await breaker.execute(() => answerTo(asked, estimate)));
        kept.set(key, answer as object);
        return answer;
      } catch (error) {
        log.debug(
          { model: options.model, why: kindOf(error) },
          'the language model did not answer, and rules do its work',
        );
        return null;
      }
    },
  };
};
