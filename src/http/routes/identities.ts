import { agents, users } from '../../api/identities.ts';
import type { BodyOf } from '../../api/operation.ts';
import { nameTaken, notFound } from '../../contract/errors.ts';
import type { IdentityFacet } from '../../contract/identities.ts';
import type { IdentityRecord, Scope } from '../../contract/records.ts';
import type { HttpDependencies } from '../context.ts';
import { type Answer, created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { getOrCreate } from '../get-or-create.ts';
import { parseFlag } from '../list-parameters.ts';
import { type ListQuery, listAnswer, pageAnswer } from '../lists.ts';
import { presentIdentity } from '../present.ts';
import { removalHeaders } from '../removal.ts';
import type { Call, Router } from '../route.ts';

type CreateCall = Pick<Call<typeof users.create>, 'caller' | 'query' | 'body' | 'once'>;
type IdentityPatch = BodyOf<typeof users.update>;

/** What users and agents have in common, which is nearly everything. */
const handlers = <Name extends 'users' | 'agents'>(
  name: Name,
  facet: IdentityFacet,
  { clock, ids }: HttpDependencies,
) => {
  const entity = name === 'users' ? 'user' : 'agent';
  const Entity = name === 'users' ? 'User' : 'Agent';

  const find = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const record = await facet.get(scope, id);
    if (!record) throw notFound(entity, id);
    return record;
  };

  return {
    find,
    list: async (scope: Scope, { name: wanted, ...query }: ListQuery & { name?: string | undefined }, url: string) => {
      const shown = { name, message: `${Entity}s retrieved successfully`, present: presentIdentity };
      if (!wanted) return listAnswer({ query, url }, shown, (page) => facet.list(scope, page));
      const record = await facet.findByName(scope, wanted);
      if (!record) throw refuse(404, 'name', `${Entity} with name '${wanted}' not found`);
      const found = { ...shown, message: `${Entity} retrieved successfully` };
      return pageAnswer({ query: {}, url }, found, { rows: [record], next: null });
    },
    create: async ({ caller: { scope }, query, body: { name, description }, once }: CreateCall) => {
      const create = async () => {
        // A key bound to one user cannot create, but the SDK creates first and asks for the taken name when refused.
        const own = scope.userKey === null ? null : await facet.findByName(scope, name);
        if (own) throw nameTaken(entity, name, own.id);
        const input = { id: ids.uuid(), name, description: description ?? null, at: clock.now() };
        const { ids: made, replayed } = await facet.create(scope, input, once);
        const record = await find(scope, made[0] ?? input.id);
        return created(`${Entity} created successfully`, presentIdentity(record), replayed);
      };
      const orGet = parseFlag('get_or_create', query.get_or_create) ?? false;
      return getOrCreate({ orGet, message: `${Entity} retrieved successfully` }, create, async (id) => {
        const record = await facet.get(scope, id);
        return record && presentIdentity(record);
      });
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
const asAgent = ({ data: agent, ...answer }: Answer<Row>) => ({ ...answer, data: { agent } });

export const registerUsers = (route: Router, dependencies: HttpDependencies): void => {
  const { services } = dependencies;
  const { store } = services;
  const handle = handlers('users', store.users, dependencies);
  route(users.list, ({ caller, query, url }) => handle.list(caller.scope, query, url));
  route(users.create, async (call) => asUser(await handle.create(call)));
  route(users.get, async ({ caller, param }) => asUser(await handle.get(caller.scope, param('user_id'))));
  route(users.update, async ({ caller, param, body }) =>
    asUser(await handle.update(caller.scope, param('user_id'), body)),
  );
  route(users.delete, async ({ caller, param }) => {
    const user = await handle.find(caller.scope, param('user_id'));
    const deletion = await store.users.delete(caller.scope, user.id);
    services.forget(user.key);
    return { status: 204, message: '', data: null, headers: removalHeaders(deletion) };
  });
};

export const registerAgents = (route: Router, dependencies: HttpDependencies): void => {
  const { store } = dependencies.services;
  const handle = handlers('agents', store.agents, dependencies);
  route(agents.list, ({ caller, query, url }) => handle.list(caller.scope, query, url));
  route(agents.create, async (call) => asAgent(await handle.create(call)));
  route(agents.get, async ({ caller, param }) => asAgent(await handle.get(caller.scope, param('agent_id'))));
  route(agents.update, async ({ caller, param, body }) =>
    asAgent(await handle.update(caller.scope, param('agent_id'), body)),
  );
  route(agents.delete, async ({ caller, param }) => {
    const deletion = await store.agents.delete(caller.scope, param('agent_id'));
    return ok('Agent deleted successfully', { agent_id: param('agent_id') }, removalHeaders(deletion));
  });
};
