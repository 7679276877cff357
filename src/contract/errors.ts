/** What can go wrong, in the terms of this project; every adapter maps its engine's errors to these. */
export type ErrorCode =
  | 'not_found'
  | 'name_taken'
  | 'invalid'
  | 'forbidden'
  | 'idempotency_mismatch'
  | 'overloaded'
  | 'storage_unavailable'
  | 'internal';

export type ErrorCategory = 'caller' | 'capacity' | 'storage' | 'defect';

const CATEGORY = {
  not_found: 'caller',
  name_taken: 'caller',
  invalid: 'caller',
  forbidden: 'caller',
  idempotency_mismatch: 'caller',
  overloaded: 'capacity',
  storage_unavailable: 'storage',
  internal: 'defect',
} as const satisfies Record<ErrorCode, ErrorCategory>;

/** What a client may be told: the thing, the field it named it by, and the value it gave. */
export interface ErrorDetails {
  readonly entity?: 'user' | 'agent' | 'session' | 'message' | 'knowledge' | 'api_key' | 'round';
  readonly field?: string;
  readonly value?: string;
  readonly ids?: readonly string[];
  /** Seconds after which the call is worth making again. */
  readonly retryAfterS?: number;
}

/** The one error class. `message` is for people and never holds SQL, paths, secrets or message text. */
export class MemfuseError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, { cause });
    this.name = 'MemfuseError';
    this.code = code;
    this.details = details;
  }

  get category(): ErrorCategory {
    return CATEGORY[this.code];
  }

  /** Whether the same call, made again later, may succeed. */
  get retryable(): boolean {
    return this.category === 'capacity' || this.category === 'storage';
  }
}

/** `not_found` for one thing that was asked for by id. */
export const notFound = (entity: NonNullable<ErrorDetails['entity']>, id: string): MemfuseError =>
  new MemfuseError('not_found', `${entity} not found`, { entity, value: id });
