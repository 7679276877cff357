import type { IdentityRecord, Scope, SessionRecord } from '../../../src/contract/records.ts';
import type { IncomingMessage } from '../../../src/memory/memory-layer.ts';
import type { ServiceFactory } from '../../../src/services/service-factory.ts';
import { createWorld } from '../../contract/world.ts';
import type { Lives } from './lives.ts';

/** A user of the server, with a session to talk in. */
export interface Person {
  readonly user: IdentityRecord;
  readonly session: SessionRecord;
  readonly owner: { readonly tenantKey: number; readonly userKey: number };
}

export const incoming = (content: string): IncomingMessage => ({
  role: 'user',
  content,
  name: null,
  metadata: null,
  createdAt: null,
});

/** So many users of one tenant, each in a talk with the same agent. */
export const createPeople = async (factory: ServiceFactory, count: number) => {
  const world = await createWorld(factory.store);
  const agent = await world.agent();
  const people = Array.from({ length: count }, async (): Promise<Person> => {
    const user = await world.user();
    const session = await world.session(user, agent);
    return { user, session, owner: { tenantKey: world.tenantKey, userKey: user.key } };
  });
  return { scope: world.scope, people: await Promise.all(people) };
};

/** Posts each text as a round of its own, through the user's service. */
export const post = async (
  { until }: Lives,
  factory: ServiceFactory,
  scope: Scope,
  { session }: Person,
  ...texts: readonly string[]
) => {
  return until(Promise.all(texts.map((text) => factory.addBatch(scope, session.id, [incoming(text)]))));
};
