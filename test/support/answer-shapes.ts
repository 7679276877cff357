import { deepStrictEqual } from 'node:assert';
import { apiKeys } from '../../src/api/api-keys.ts';
import { chunks } from '../../src/api/chunks.ts';
import { contextOfUser } from '../../src/api/context.ts';
import { episodes } from '../../src/api/episodes.ts';
import { facts } from '../../src/api/facts.ts';
import { health } from '../../src/api/health.ts';
import { agents, users } from '../../src/api/identities.ts';
import { knowledge } from '../../src/api/knowledge.ts';
import { memories } from '../../src/api/memories.ts';
import { messages } from '../../src/api/messages.ts';
import type { Operation } from '../../src/api/operation.ts';
import { operations } from '../../src/api/operations.ts';
import { queryUser } from '../../src/api/query.ts';
import { retention } from '../../src/api/retention.ts';
import { sessions } from '../../src/api/sessions.ts';
import { tasks } from '../../src/api/tasks.ts';
import { transfer } from '../../src/api/transfer.ts';

const GROUPS: readonly Readonly<Record<string, Operation>>[] = [
  ...[
    apiKeys,
    chunks,
    episodes,
    facts,
    health,
    users,
    agents,
    knowledge,
    memories,
    messages,
    operations,
    retention,
    sessions,
    tasks,
    transfer,
  ],
  { contextOfUser, queryUser },
];

/** Every call of the API, those whose address is all words before those with an id in its place. */
const OPERATIONS = GROUPS.flatMap((group) => Object.values(group))
  .map((operation) => ({ operation, address: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`) }))
  .sort((a, b) => a.operation.path.split('{').length - b.operation.path.split('{').length);

/** The operations whose answers are held against their schemas. */
export const CHECKED_OPERATIONS = OPERATIONS.map(({ operation }) => operation.id);

/**
 * What the API is documented to answer and what it does are one: the data of an answer fits the schema of its call and holds
 * nothing beside it. Looked at in every answer of every test.
 */
export const assertShape = (method: string, path: string, status: number, data: unknown): void => {
  const [address = ''] = path.split('?');
  const found = OPERATIONS.find((one) => one.operation.method === method.toLowerCase() && one.address.test(address));
  const { success } = found?.operation ?? {};
  if (!success?.data || (status !== success.status && !success.orFound)) return;
  // An object schema takes away what it does not know.
  deepStrictEqual(success.data.parse(data), data);
};
