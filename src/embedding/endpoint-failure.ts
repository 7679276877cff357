/** What a failure is about: it passes by itself, a person has to mend it, or other texts would have been taken. */
export type Blame = 'passing' | 'setup' | 'texts';

/** An endpoint's failure, reduced to what may be said and kept: never its words, which may repeat a text or a key. */
export class EndpointFailure extends Error {
  override readonly name = 'EndpointFailure';

  constructor(
    /** A clause that goes on from "the embedding endpoint". */
    readonly clause: string,
    readonly blame: Blame,
    /** How long the endpoint asked to be left alone, null when it did not. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(`The embedding endpoint ${clause}.`);
  }

  /** Whether the same call may succeed later. */
  get transient(): boolean {
    return this.blame === 'passing';
  }
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'refuses the texts (400); check embedding.model and embedding.dimension',
  401: 'refuses the key (401); check embedding.api_key',
  403: 'refuses the key (403); check embedding.api_key',
  404: 'knows no such model or address (404); check embedding.model and embedding.base_url',
  413: 'finds the batch too large (413); lower embedding.batch_size',
};
/** Statuses below 500 that pass by themselves. */
const PASSING = new Set([408, 409, 425, 429]);
/** Statuses with which an endpoint refuses what it was sent rather than who sends it; 402 is an unpaid bill. */
const OF_TEXTS = new Set([400, 413, 422]);

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`, as milliseconds from `now`; null for none. */
export const retryAfterMs = (headers: Readonly<Record<string, string>>, now: number): number | null => {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (exact >= 0) return exact;
  const text = headers['retry-after'] ?? '';
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0) return seconds * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
};

/** The fields of the AI SDK's `APICallError`. */
type CallError = { readonly statusCode?: unknown; readonly responseHeaders?: Readonly<Record<string, string>> };

/**
 * The one table from what a call of the endpoint throws to what it means.
 *
 * @param now UTC epoch milliseconds, for a `Retry-After` that is a date.
 */
export const failureFrom = (error: unknown, now: number): EndpointFailure => {
  if (error instanceof EndpointFailure) return error;
  const { statusCode: status, responseHeaders: headers = {} } = (error ?? {}) as CallError;
  if (typeof status !== 'number') return new EndpointFailure('cannot be reached', 'passing');
  if (status < 400) return new EndpointFailure('answers something that is not a list of embeddings', 'passing');
  const pause = retryAfterMs(headers, now);
  if (status === 429) return new EndpointFailure('asks for a pause (429)', 'passing', pause);
  if (status >= 500 || PASSING.has(status)) return new EndpointFailure(`is in trouble (${status})`, 'passing', pause);
  const blame = OF_TEXTS.has(status) ? 'texts' : 'setup';
  return new EndpointFailure(REFUSALS[status] ?? `refuses the call (${status})`, blame);
};
