import type { z } from 'zod';

/** What stands before the address of every operation. */
export const API_PREFIX = '/api/v1';

/**
 * What an API key must allow for a call; `none` asks for no key, `any` for one whose permissions the call looks at itself.
 * `server` is for the one who runs the server: an admin key of the default tenant that is bound to no user.
 */
export type Access = 'none' | 'any' | 'read' | 'write' | 'admin' | 'server';

/** One call of the API: what validates it, what documents it and what a client is typed by are the same object. */
export interface Operation {
  /** Unique; the operationId of the OpenAPI document. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below the prefix, with parameters in braces. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** Parameters of the query string. They arrive as text; what they mean is checked after the body. */
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** True when the call may come without a body. */
  readonly bodyOptional?: boolean;
  /** A body that works as it is, once ids in it are those that the server gave out; every call with a body has one. */
  readonly example?: object;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly data: z.ZodType | null;
    /** Whether a create answers 200 with what is there already, when it is asked to. */
    readonly orFound?: boolean;
    /** Headers of the answer that are this call's own. */
    readonly headers?: z.ZodObject;
  };
  /** What a body is, where it is not JSON. */
  readonly media?: { readonly request?: string; readonly example?: string; readonly response?: string };
  /** The statuses of refusals that are this call's own; 401, 403, 408, 413, 422, 429 and 503 go without saying. */
  readonly refusals?: readonly (400 | 404 | 409 | 503)[];
  /** True for a POST that creates and therefore takes an Idempotency-Key. */
  readonly creates?: boolean;
}

/** What a handler gets as the body of an operation: the schema's output. */
export type BodyOf<O> = O extends { readonly body: infer B extends z.ZodType } ? z.output<B> : undefined;

/** What a handler gets as the query string of an operation. */
export type QueryOf<O> = O extends { readonly query: infer Q extends z.ZodType } ? z.output<Q> : Record<never, never>;

/** A value that nobody changes, all the way down. */
type Frozen<T> = T extends readonly (infer I)[]
  ? readonly Frozen<I>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** What a handler answers: what the schema of the answer takes, null where there is no body. */
export type DataOf<O> = O extends { readonly success: { readonly data: infer D extends z.ZodType } }
  ? Frozen<z.input<D>>
  : null;

/** Keeps the exact types of the schemas while checking that the object is an operation. */
export const operation = <const O extends Operation>(definition: O): O => definition;
