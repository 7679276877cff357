import type { z } from 'zod';
import type { apiKeys } from '../api/api-keys.ts';
import type { chunks } from '../api/chunks.ts';
import type { contextOfUser } from '../api/context.ts';
import type { episodes } from '../api/episodes.ts';
import type { facts } from '../api/facts.ts';
import type { health } from '../api/health.ts';
import type { agents, users } from '../api/identities.ts';
import type { knowledge } from '../api/knowledge.ts';
import type { memories } from '../api/memories.ts';
import type { messages } from '../api/messages.ts';
import type { Operation } from '../api/operation.ts';
import type { operations } from '../api/operations.ts';
import type { queryUser } from '../api/query.ts';
import type { retention } from '../api/retention.ts';
import type { sessions } from '../api/sessions.ts';
import type { tasks } from '../api/tasks.ts';
import type { transfer } from '../api/transfer.ts';

/** The types of the server's own schemas. Nothing of them is there at run time. */
interface Groups {
  users: typeof users;
  retention: typeof retention;
  agents: typeof agents;
  sessions: typeof sessions;
  messages: typeof messages;
  memories: typeof memories;
  knowledge: typeof knowledge;
  facts: typeof facts;
  episodes: typeof episodes;
  apiKeys: typeof apiKeys;
  chunks: typeof chunks;
  tasks: typeof tasks;
  health: typeof health;
  operations: typeof operations;
  transfer: typeof transfer;
  alone: { queryUser: typeof queryUser; contextOfUser: typeof contextOfUser };
}

type EachOperation = { [G in keyof Groups]: Groups[G][keyof Groups[G]] }[keyof Groups];

/** Every call of the API by its operation id. */
export type Operations = { [O in EachOperation as O['id']]: O };
export type OperationId = keyof Operations;

type PathNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;
type QueryOf<O> = O extends { readonly query: infer Q extends z.ZodType }
  ? { readonly [K in keyof z.input<Q>]?: string | number | boolean | undefined }
  : never;
type BodyOf<O> = O extends { readonly body: infer B extends z.ZodType } ? z.input<B> : never;

/** What a call is made with: parts of its address, of the query string, and its body. */
export type CallInput<O> = (O extends { readonly path: infer P }
  ? [PathNames<P>] extends [never]
    ? { readonly path?: never }
    : { readonly path: { readonly [K in PathNames<P>]: string } }
  : never) &
  ([QueryOf<O>] extends [never] ? { readonly query?: never } : { readonly query?: QueryOf<O> }) &
  ([BodyOf<O>] extends [never]
    ? { readonly body?: never }
    : O extends { readonly bodyOptional: true }
      ? { readonly body?: BodyOf<O> }
      : { readonly body: BodyOf<O> });

/** What a call answers: its `data`. Undefined for an answer without a body. */
export type Answer<O> = O extends { readonly success: { readonly data: infer D extends z.ZodType } }
  ? z.output<D>
  : undefined;

/** Method and address of a call, below the prefix of the API. */
export type RouteOf<O extends Pick<Operation, 'method' | 'path'>> = `${Uppercase<O['method']>} ${O['path']}`;
