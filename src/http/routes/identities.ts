import { agents, users } from '../../api/identities.ts';
import type { BodyOf } from '../../api/operation.ts';
import { notFound } from '../../contract/errors.ts';
import type { IdentityFacet } from '../../contract/identities.ts';
import type { Once } from '../../contract/once.ts';
import type { IdentityRecord, Scope } from '../../contract/records.ts';
import type { HttpDependencies } from '../context.ts';
import { type Answer, created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { presentIdentity } from '../present.ts';
import type { Router } from '../route.ts';

type NewIdentity = BodyOf<typeof users.create>;
type IdentityPatch = BodyOf<typeof users.update>;

/** What users and agents have in common, which is nearly everything. */
const handlers = (entity: 'user' | 'agent', facet: IdentityFacet, { clock, ids }: HttpDependencies) => {
  const Entity = entity === 'user' ? 'User' : 'Agent';

  const find = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const record = await facet.get(scope, id);
    if (!record) throw notFound(entity, id);
    return record;
  };

  return {
    find,
    list: async (scope: Scope, name: string | undefined) => {
      if (!name) {
        const records = await facet.list(scope);
        return ok(`${Entity}s retrieved successfully`, records.map(presentIdentity));
      }
      const record = await facet.findByName(scope, name);
      if (!record) throw refuse(404, 'name', `${Entity} with name '${name}' not found`);
      return ok(`${Entity} retrieved successfully`, [presentIdentity(record)]);
    },
    create: async (scope: Scope, { name, description }: NewIdentity, once: Once | undefined) => {
      // A key bound to one user cannot create, but the SDK creates first and asks for the taken name when refused.
      if (scope.userKey !== null && (await facet.findByName(scope, name))) {
        throw refuse(400, 'name', `${Entity} with name '${name}' already exists`);
      }
      const input = { id: ids.uuid(), name, description: description ?? null, at: clock.now() };
      const { ids: made, replayed } = await facet.create(scope, input, once);
      const record = await find(scope, made[0] ?? input.id);
      return created(`${Entity} created successfully`, presentIdentity(record), replayed);
    },
    get: async (scope: Scope, id: string) =>
      ok(`${Entity} retrieved successfully`, presentIdentity(await find(scope, id))),
    update: async (scope: Scope, id: string, { name, description }: IdentityPatch) => {
      await facet.update(scope, id, { name: name ?? null, description: description ?? null, at: clock.now() });
      return ok(`${Entity} updated successfully`, presentIdentity(await find(scope, id)));
    },
  };
};

type Row = ReturnType<typeof presentIdentity>;
const asUser = ({ data: user, ...answer }: Answer<Row>) => ({ ...answer, data: { user } });
const asUsers = ({ data, ...answer }: Answer<Row[]>) => ({ ...answer, data: { users: data } });
const asAgent = ({ data: agent, ...answer }: Answer<Row>) => ({ ...answer, data: { agent } });
const asAgents = ({ data, ...answer }: Answer<Row[]>) => ({ ...answer, data: { agents: data } });

export const registerUsers = (route: Router, dependencies: HttpDependencies): void => {
  const { services } = dependencies;
  const { store } = services;
  const handle = handlers('user', store.users, dependencies);
  route(users.list, async ({ caller, query }) => asUsers(await handle.list(caller.scope, query.name)));
  route(users.create, async ({ caller, body, once }) => asUser(await handle.create(caller.scope, body, once)));
  route(users.get, async ({ caller, param }) => asUser(await handle.get(caller.scope, param('user_id'))));
  route(users.update, async ({ caller, param, body }) =>
    asUser(await handle.update(caller.scope, param('user_id'), body)),
  );
  route(users.delete, async ({ caller, param }) => {
    const user = await handle.find(caller.scope, param('user_id'));
    await store.users.delete(caller.scope, user.id);
    await services.forget(user.key);
    return { status: 204, message: '', data: null };
  });
};

export const registerAgents = (route: Router, dependencies: HttpDependencies): void => {
  const { store } = dependencies.services;
  const handle = handlers('agent', store.agents, dependencies);
  route(agents.list, async ({ caller, query }) => asAgents(await handle.list(caller.scope, query.name)));
  route(agents.create, async ({ caller, body, once }) => asAgent(await handle.create(caller.scope, body, once)));
  route(agents.get, async ({ caller, param }) => asAgent(await handle.get(caller.scope, param('agent_id'))));
  route(agents.update, async ({ caller, param, body }) =>
    asAgent(await handle.update(caller.scope, param('agent_id'), body)),
  );
  route(agents.delete, async ({ caller, param }) => {
    await store.agents.delete(caller.scope, param('agent_id'));
    return ok('Agent deleted successfully', { agent_id: param('agent_id') });
  });
};
