export type { MemFuseOptions } from './caller.js';
export { MemFuse } from './client.js';
export { type FieldProblem, MemFuseError, type Reason } from './errors.js';
export { type AddOptions, type ContextOptions, type Ids, Memory, type Names, type Said, type SearchOptions, } from './memory.js';
export type { Answer, CallInput, OperationId, Operations } from './operations.js';
export type { Agent, ApiKey, Knowledge, Message, NewMessage, Session, Task, User } from './resources.js';
export type { CallOptions } from './transport.js';
