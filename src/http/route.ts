import { zValidator } from '@hono/zod-validator';
import type { Hono, MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import type { BodyOf, Operation, QueryOf } from '../api/operation.ts';
import type { Once } from '../contract/once.ts';
import { sha256Hex } from '../platform/digest.ts';
import type { Caller } from '../services/access.ts';
import type { HttpContext, HttpDependencies, HttpEnv } from './context.ts';
import { type Answer, successResponse } from './envelope.ts';
import { RefusalError } from './errors.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { RateLimiter } from './middleware/rate-limit.ts';
import { bodyValidationError, validationError } from './validation.ts';

export const API_PREFIX = '/api/v1';
const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** One request of an operation, checked and ready to be served. */
export interface Call<O extends Operation> {
  readonly caller: Caller;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  /** The Idempotency-Key's claim, for an operation that creates. */
  readonly once: Once | undefined;
}

/** Registers operations on the app: path forms, body, who may, validation, answer. */
export type Router = <O extends Operation>(operation: O, handle: (call: Call<O>) => Promise<Answer> | Answer) => void;

const onceOf = (c: HttpContext, body: unknown, at: number): Once | undefined => {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const msg = `An Idempotency-Key should have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters, this one has ${key.length}`;
    throw validationError([{ type: 'value_error', loc: ['header', 'idempotency_key'], msg, input: null }]);
  }
  const path = c.req.path.replace(/\/$/, '');
  return { method: c.req.method, path, key, bodyHash: sha256Hex(JSON.stringify(body ?? null)), at };
};

const methodNotAllowed = (allow: string): RefusalError =>
  new RefusalError({
    status: 405,
    message: 'Method Not Allowed',
    errors: [{ field: 'method', message: `This address takes ${allow}.` }],
    detail: 'Method Not Allowed',
    headers: { Allow: allow },
  });

/** Both forms of an address, with and without the slash at its end: nothing is ever redirected. */
const forms = (path: string): string[] => {
  const plain = API_PREFIX + path.replaceAll(/\{(\w+)\}/g, ':$1');
  return [plain, `${plain}/`];
};

const validated = ({ body, bodyOptional }: Operation): MiddlewareHandler<HttpEnv>[] => {
  if (!body) return [];
  const validate = zValidator(
    'json',
    body,
    (result, c) => {
      if (!result.success) {
        const { body: sent, bodyType } = (c as HttpContext).var;
        throw bodyValidationError(result.error, sent, bodyType);
      }
    },
    {
      validationFunction: (schema, value) => (schema as z.ZodType).safeParse(value ?? (bodyOptional ? {} : undefined)),
    },
  );
  return [validate as MiddlewareHandler<HttpEnv>];
};

/**
 * The router of an app. The checks of a request come in the contract's order: JSON that parses, then the key, then the
 * schema; parameters of the query string and the existence of what is named are up to the handler.
 */
export const createRouter = (
  app: Hono<HttpEnv>,
  { services, settings, clock }: HttpDependencies,
  limiter: RateLimiter | null,
): { route: Router; operations: readonly Operation[]; refuseOtherMethods: () => void } => {
  const operations: Operation[] = [];
  const methods = new Map<string, Set<string>>();
  const readBody = jsonBody(settings.max_body_bytes);

  const route: Router = (operation, handle) => {
    const { method, path, body, creates, access } = operation;
    const guarded = access === 'none' ? [] : [authenticate(services.access, limiter, access)];
    const steps = [...(body ? [readBody] : []), ...guarded, ...validated(operation)];
    operations.push(operation);
    methods.set(path, (methods.get(path) ?? new Set()).add(method.toUpperCase()));
    app.on(method, forms(path), ...steps, async (c) => {
      if (c.req.method === 'HEAD') throw methodNotAllowed([...(methods.get(path) ?? [])].join(', '));
      const parsed = body ? c.req.valid('json' as never) : undefined;
      const answer = await handle({
        caller: c.get('caller'),
        param: (name) => c.req.param(name) ?? '',
        query: (operation.query ? c.req.query() : {}) as never,
        body: parsed as never,
        once: creates ? onceOf(c, parsed, clock.now()) : undefined,
      });
      return successResponse(answer);
    });
  };

  const refuseOtherMethods = (): void => {
    for (const [path, allowed] of methods) {
      app.on('ALL', forms(path), () => {
        throw methodNotAllowed([...allowed].join(', '));
      });
    }
  };

  return { route, operations, refuseOtherMethods };
};
