/** What can go wrong. Every adapter maps the errors of its engine to these codes. */
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

/** What a client may see of an error. */
export interface ErrorDetails {
  /** What the error is about, `field` of the request that named it, and `value` of that field. */
  readonly entity?: 'user' | 'agent' | 'session' | 'message' | 'knowledge' | 'fact' | 'api_key' | 'round';
  readonly field?: string;
  readonly value?: string;
  readonly ids?: readonly string[];
  /** Of `name_taken`: the id of the one that has the name, when the caller may see it. */
  readonly takenBy?: string;
  /** Seconds after which a repeat of the call may succeed. */
  readonly retryAfterS?: number;
  /** Of a range that is too long for one task: the last sequence of its first part, after which it is to be split. */
  readonly cutAt?: number;
  /** True when no repeat can succeed: a task is given up at once. */
  readonly isFinal?: boolean;
  /** True when a repeat fails until a person changes the settings or files that the message names. */
  readonly untilMended?: boolean;
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

/**
 * Whether the surroundings caused an error and not the work itself: the disk is full, an endpoint is down, a key is refused.
 * The same work may succeed later, or once a person has repaired what the message names.
 */
export const isOutage = (error: unknown): error is MemfuseError =>
  error instanceof MemfuseError && (error.retryable || error.details.untilMended === true);

/** An error that another thread threw, as a `MemfuseError` of the same code; `internal` when its code is none of these. */
export const fromOtherThread = (
  error: Error & { readonly code?: unknown; readonly details?: unknown },
): MemfuseError => {
  const isOurs = typeof error.code === 'string' && Object.hasOwn(CATEGORY, error.code);
  const details = isOurs ? ((error.details ?? {}) as ErrorDetails) : {};
  return new MemfuseError(isOurs ? (error.code as ErrorCode) : 'internal', error.message, details, error);
};

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(CATEGORY, code);

/**
 * A failure that another thread sent, as a `MemfuseError`: with its code and details when the code is one of these, `internal`
 * when it is a code of the engine or the runtime, such as `ERR_OUT_OF_RANGE`.
 */
export const errorOf = (failure: {
  readonly message: string;
  readonly code?: unknown;
  readonly details?: unknown;
}): MemfuseError => {
  const { message, code, details } = failure;
  if (!isCode(code)) return new MemfuseError('internal', message, {}, failure);
  return new MemfuseError(code, message, typeof details === 'object' && details !== null ? details : {}, failure);
};

/** `not_found` for one thing that was asked for by id. */
export const notFound = (entity: NonNullable<ErrorDetails['entity']>, id: string): MemfuseError =>
  new MemfuseError('not_found', `${entity} not found`, { entity, value: id });

/** `name_taken` by something that the caller may see. */
export const nameTaken = (entity: NonNullable<ErrorDetails['entity']>, name: string, takenBy: string): MemfuseError =>
  new MemfuseError('name_taken', `${entity} name taken`, { entity, field: 'name', value: name, takenBy });
