import { MemfuseError } from '../src/contract/errors.ts';
import type { Once } from '../src/contract/once.ts';

export type Entity = 'user' | 'agent';

/** What a key bound to one user may not do. */
export const outOfReach = (verb: 'create' | 'change' | 'delete', entity: Entity): MemfuseError =>
  new MemfuseError('forbidden', `An API key bound to one user cannot ${verb} ${entity}s.`, { field: 'api_key' });

/** A claim that another request holds. */
export const usedWithAnotherBody = ({ key }: Once): MemfuseError =>
  new MemfuseError('idempotency_mismatch', 'The Idempotency-Key was used with another body.', {
    field: 'idempotency_key',
    value: key,
  });

/** A session that exists, with another agent than the one that is given. */
export const otherAgent = (session: string, agent: string): MemfuseError =>
  new MemfuseError(
    'invalid',
    `Session '${session}' of this user is with another agent than '${agent}'. Leave the agent out, or choose another session.`,
    { field: 'agent', value: agent },
  );
