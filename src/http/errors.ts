import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { FieldError } from '../api/envelope.ts';
import { API_PREFIX } from '../api/operation.ts';
import { type ErrorCode, type ErrorDetails, MemfuseError } from '../contract/errors.ts';

/** One member of `detail` in a 422: where, what kind, in words, and what was sent. */
export interface Detail {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A refusal in its JSON form. */
export interface Refusal {
  readonly status: ContentfulStatusCode;
  readonly message: string;
  readonly errors: readonly FieldError[];
  /** A list for validation errors, a word where the framework of the old server spoke. */
  readonly detail?: string | readonly Detail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by the HTTP layer for what it refuses by itself. */
export class RefusalError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
    this.name = 'RefusalError';
  }
}

/** A refusal about one field; `text` is what stands in `errors`, the message again when left out. */
export const refuse = (
  status: ContentfulStatusCode,
  field: string,
  message: string,
  text: string = message,
): RefusalError => new RefusalError({ status, message, errors: [{ field, message: text }] });

export const bodyTooLarge = (maxBytes: number): RefusalError => {
  const text = `The request body is larger than ${maxBytes} bytes. Send less in one request, or raise server.max_body_bytes.`;
  return refuse(413, 'body', text);
};

/** How long a client is asked to wait when the server is full or its storage does not answer. */
const RETRY_AFTER_S = 1;

const STATUS = {
  not_found: 404,
  name_taken: 400,
  invalid: 400,
  forbidden: 403,
  idempotency_mismatch: 422,
  overloaded: 503,
  storage_unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>;

const ENTITY = { user: 'User', agent: 'Agent', session: 'Session' } as const;

const one = (field: string, message: string): Pick<Refusal, 'message' | 'errors'> => ({
  message,
  errors: [{ field, message }],
});

const notFound = ({ entity, value, ids = [] }: ErrorDetails): Pick<Refusal, 'message' | 'errors'> => {
  switch (entity) {
    case 'user':
    case 'agent':
    case 'session':
      return one(`${entity}_id`, `${ENTITY[entity]} with ID '${value}' not found`);
    case 'message':
      return {
        message: 'Some message IDs were not found',
        errors: [{ field: 'message_ids', message: `Message IDs not found: ${ids.join(', ')}` }],
      };
    case 'fact':
      return one('fact_id', `Fact with ID '${value}' not found`);
    case 'round':
      return { message: 'Round not found', errors: [{ field: 'round_id', message: 'Round does not exist' }] };
    default:
      return one('id', 'Not found');
  }
};

const nameTaken = ({ entity, value }: ErrorDetails): Pick<Refusal, 'message' | 'errors'> => {
  switch (entity) {
    case 'user':
    case 'agent':
      return one('name', `${ENTITY[entity]} with name '${value}' already exists`);
    case 'session':
      return {
        message: `Session with name '${value}' already exists for this user`,
        errors: [
          {
            field: 'name',
            message: `Session with name '${value}' already exists. Please choose a different name.`,
          },
        ],
      };
    default:
      return one('key', 'This API key is in use already. Leave the key out and take a new one.');
  }
};

/** Where what has the name already is to be found. */
const locationOf = ({ entity, takenBy }: ErrorDetails): Readonly<Record<string, string>> =>
  takenBy === undefined ? {} : { Location: `${API_PREFIX}/${entity}s/${takenBy}` };

const wordsFor = (
  { code, message, details }: MemfuseError,
  reference: string,
): Pick<Refusal, 'message' | 'errors' | 'detail' | 'headers'> => {
  switch (code) {
    case 'not_found':
      return notFound(details);
    case 'name_taken':
      return { ...nameTaken(details), headers: locationOf(details) };
    case 'idempotency_mismatch': {
      const text = `The Idempotency-Key '${details.value}' was used with another body within the last 24 hours. Use a new key for a new request.`;
      const detail = [{ type: 'value_error', loc: ['header', 'Idempotency-Key'], msg: text, input: details.value }];
      return { ...one('idempotency_key', text), detail };
    }
    case 'invalid':
      if (details.field === 'cursor')
        return { message: 'Invalid cursor parameter', errors: [{ field: 'cursor', message }] };
      return one(details.field ?? 'general', message);
    case 'forbidden':
      return one(details.field ?? 'general', message);
    case 'overloaded':
    case 'storage_unavailable':
      return one('general', message);
    case 'internal':
      return one('general', `The server failed in a way it should not. Its log says more under ${reference}.`);
    default:
      return code satisfies never;
  }
};

/** The one place that chooses an HTTP status for an error. `reference`: what the log has more under. */
export const refusalFor = (error: unknown, reference = 'the X-Request-Id'): Refusal => {
  if (error instanceof RefusalError) return error.refusal;
  const known = error instanceof MemfuseError ? error : new MemfuseError('internal', 'unexpected', {}, error);
  const status = STATUS[known.code];
  const headers = status === 503 ? { 'Retry-After': String(known.details.retryAfterS ?? RETRY_AFTER_S) } : {};
  return { status, headers, ...wordsFor(known, reference) };
};
