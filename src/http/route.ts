import { zValidator } from '@hono/zod-validator';
import type { Hono, MiddlewareHandler } from 'hono';
import { UnsupportedPathError } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { TrieRouter } from 'hono/router/trie-router';
import { z } from 'zod';
import { API_PREFIX, type BodyOf, type DataOf, type Operation, type QueryOf } from '../api/operation.ts';
import { DeadlineMs } from '../api/query.ts';
import type { Once } from '../contract/once.ts';
import { sha256Hex } from '../platform/digest.ts';
import type { Caller } from '../services/access.ts';
import type { HttpContext, HttpDependencies, HttpEnv } from './context.ts';
import { NO_DEADLINES, type QuestionDeadlines, tooLate, withQuestionDeadline } from './deadline.ts';
import { type Answer, successResponse } from './envelope.ts';
import { RefusalError } from './errors.ts';
import type { Guard } from './guard.ts';
import { headerList } from './header-list.ts';
import { jsonBody } from './json-body.ts';
import { type KnownFields, knownFieldsOf, unknownFields, warningsOf, withPlainNumbers } from './known-fields.ts';
import { createLimits } from './limits.ts';
import { assertNoForeignBody } from './media-type.ts';
import type { RateLimiter } from './rate-limit.ts';
import { bodyValidationError, validationError } from './validation.ts';

const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** One request of an operation, checked and ready to be served. */
export interface Call<O extends Operation> {
  readonly caller: Caller;
  /** Of an operation that takes `deadline_ms`; of others they are never over. */
  readonly deadlines: QuestionDeadlines;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  /** The request's own address. */
  readonly url: string;
  /** The Idempotency-Key's claim, for an operation that creates. */
  readonly once: Once | undefined;
}

/** Registers operations on the app: path forms, body, who may, validation, answer. */
export type Router = <O extends Operation>(
  operation: O,
  handle: (call: Call<O>) => Promise<Answer<DataOf<O>>> | Answer<DataOf<O>>,
) => void;

const NO_PARAMETERS = z.object({});

const onceOf = (c: HttpContext, { scope }: Caller, body: unknown, at: number): Once | undefined => {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const msg = `An Idempotency-Key should have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters, this one has ${key.length}`;
    throw validationError([{ type: 'value_error', loc: ['header', 'idempotency_key'], msg, input: null }]);
  }
  const path = c.req.path.replace(/\/$/, '');
  return {
    userKey: scope.userKey,
    method: c.req.method,
    path,
    key,
    bodyHash: sha256Hex(JSON.stringify(body ?? null)),
    at,
  };
};

/** The `deadline_ms` of a body that is not validated yet; null when there is none, or none that will pass. */
const deadlineIn = (body: unknown): number | null => {
  const { data = null } = DeadlineMs.safeParse((body as { readonly deadline_ms?: unknown } | null)?.deadline_ms);
  return data;
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

/** The body `null` is the same as none, for every call. */
const validated = (
  { bodyOptional }: Operation,
  body: z.ZodType,
  known: KnownFields | null,
): MiddlewareHandler<HttpEnv> =>
  zValidator(
    'json',
    body,
    (result, c) => {
      if (!result.success) {
        throw bodyValidationError(result.error, (c as HttpContext).var.body ?? undefined, known);
      }
    },
    {
      validationFunction: (schema, value) => (schema as z.ZodType).safeParse(value ?? (bodyOptional ? {} : undefined)),
    },
  ) as MiddlewareHandler<HttpEnv>;

/** Two apps, the first on Hono's fastest router, the second for the few addresses that it refuses. */
export interface Routers {
  readonly main: Hono<HttpEnv>;
  readonly side: Hono<HttpEnv>;
}

/** Whether the fastest router takes an address: not where a word stands in a place in which others have an id. */
const fits = (trial: RegExpRouter<null>, method: string, addressForms: readonly string[]): boolean => {
  try {
    for (const form of addressForms) trial.add(method.toUpperCase(), form, null);
    return true;
  } catch (error) {
    if (error instanceof UnsupportedPathError) return false;
    throw error;
  }
};

/** The routes of an app, and what answers to addresses that it has with methods that it has not. */
export interface Routing {
  readonly route: Router;
  readonly operations: readonly Operation[];
  /** Makes an address known that is served by other means, so that wrong methods are refused there as well. */
  readonly announce: (method: string, addressForms: readonly string[]) => void;
  /** The same for an operation whose bodies are no JSON. Answers the forms of its address. */
  readonly describe: (operation: Operation) => string[];
  /** A 405 that names the methods when the address exists, null when it does not. */
  readonly wrongMethod: (c: HttpContext) => RefusalError | null;
}

/**
 * Registers each operation under both forms of its address. The checks of a request come in the contract's order: JSON
 * that parses, then the key, then the schema; parameters of the query string and the existence of what is named are up
 * to the handler. A call without a body is one handler and no middleware, the way that Hono serves fastest.
 */
export const createRouting = (
  { main, side }: Routers,
  { services, clock, scheduler }: HttpDependencies,
  { guard, limiter }: { readonly guard: Guard; readonly limiter: RateLimiter | null },
): Routing => {
  const operations: Operation[] = [];
  const methods = new Map<string, string[]>();
  const addresses = new TrieRouter<string>();
  const trial = new RegExpRouter<null>();
  const { config, errors } = services;
  const giveWay = (): Promise<void> => new Promise((resolve) => void scheduler.after(0, resolve));
  const readBody = jsonBody({ maxBytes: () => config.current.server.max_body_bytes, scheduler });
  const limits = createLimits(() => config.current.server);

  const announce = (method: string, addressForms: readonly string[]): void => {
    const [id = ''] = addressForms;
    const known = methods.get(id) ?? [];
    methods.set(id, [...known, method]);
    if (known.length === 0) for (const form of addressForms) addresses.add('ALL', form, id);
  };

  const describe = (operation: Operation): string[] => {
    const addressForms = forms(operation.path);
    operations.push(operation);
    announce(operation.method.toUpperCase(), addressForms);
    return addressForms;
  };

  const route: Router = (operation, handle) => {
    const { method, path, body, creates, access } = operation;
    describe(operation);

    const name = `${method.toUpperCase()} ${path}`;
    const knownBody = body ? knownFieldsOf(body) : null;
    const knownQuery = knownFieldsOf(operation.query ?? NO_PARAMETERS);
    const stream = { giveWay, onFailure: (error: unknown) => void errors.handle(name, error) };
    const answer = (c: HttpContext, caller: Caller, parsed: unknown): Promise<Response> =>
      limiter && access !== 'none' ? limiter.during(c, () => serve(c, caller, parsed)) : serve(c, caller, parsed);
    const serve = async (c: HttpContext, caller: Caller, parsed: unknown): Promise<Response> => {
      const warnings = [
        ...warningsOf(unknownFields(c.get('body'), knownBody), 'field'),
        ...warningsOf(unknownFields(c.req.query(), knownQuery), 'parameter'),
      ];
      if (warnings.length > 0) {
        c.set('answerHeaders', { ...c.get('answerHeaders'), 'X-Memfuse-Warnings': headerList(warnings) });
      }
      const answered = await handle({
        caller,
        deadlines: c.get('deadlines') ?? NO_DEADLINES,
        param: (name) => c.req.param(name) ?? '',
        query: (operation.query ? c.req.query() : {}) as never,
        body: parsed as never,
        url: c.req.url,
        once: creates ? onceOf(c, caller, parsed, clock.now()) : undefined,
      });
      return successResponse(answered, stream, c.get('answerHeaders'));
    };
    const router = fits(trial, method, forms(path)) ? main : side;
    const address = API_PREFIX + path;
    if (!body) {
      router.on(method, forms(path), (c) => {
        c.env.route = address;
        assertNoForeignBody(c.req.raw);
        const caller = guard(c, access);
        return caller instanceof Promise
          ? caller.then((known) => answer(c, known, undefined))
          : answer(c, caller, undefined);
      });
      return;
    }
    const takesDeadline = knownBody?.fields?.has('deadline_ms') === true;
    // The time of a question runs from here: whose key it is may hang as its search may.
    const identify: MiddlewareHandler<HttpEnv> = (c, next) => {
      const deadlineMs = takesDeadline ? deadlineIn(c.get('body')) : null;
      return withQuestionDeadline(deadlineMs, scheduler, async (deadlines) => {
        c.set('deadlines', deadlines);
        const identified = async (): Promise<Caller> => guard(c, access);
        c.set('caller', await deadlines.atLast.orElse(identified, () => tooLate(deadlineMs)));
        limits.lists(c.get('body'));
        c.set('body', withPlainNumbers(c.get('body'), knownBody));
        await next();
      });
    };
    const arrive: MiddlewareHandler<HttpEnv> = (c, next) => {
      c.env.route = address;
      return readBody(c, next);
    };
    router.on(method, forms(path), arrive, identify, validated(operation, body, knownBody), (c) =>
      answer(c, c.get('caller'), c.req.valid('json' as never)),
    );
  };

  const wrongMethod = (c: HttpContext): RefusalError | null => {
    const [[id] = []] = addresses.match('ALL', c.req.path)[0];
    return id === undefined ? null : methodNotAllowed((methods.get(id) ?? []).join(', '));
  };

  return { route, operations, announce, describe, wrongMethod };
};
