export type { MemFuseOptions } from './caller.ts';
export { type ImportOptions, MemFuse } from './client.ts';
export { type FieldProblem, MemFuseError, type Reason } from './errors.ts';
export {
  type AddOptions,
  type ContextOptions,
  type ForgetOptions,
  type Ids,
  Memory,
  type Names,
  type Said,
  type SearchOptions,
} from './memory.ts';
export type { Answer, CallInput, OperationId, Operations } from './operations.ts';
export type {
  Agent,
  ApiKey,
  Entity,
  Fact,
  FactFilter,
  Knowledge,
  Message,
  NewMessage,
  Retention,
  Session,
  Task,
  User,
} from './resources.ts';
export type { CallOptions } from './transport.ts';
