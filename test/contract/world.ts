import type { FollowingWork, NamedConversation, NewMessage } from '../../src/contract/messages.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import type { ApiKeyRecord, IdentityRecord, Role, Scope, SessionRecord } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';

const START = Date.UTC(2026, 0, 1);

let minted = 0;

/** A new id in the shape of a UUIDv7, later ones sorting after earlier ones; every run mints the same. */
export const mintId = (): string => {
  minted += 1;
  return `019b76da-a800-7000-8000-${minted.toString(16).padStart(12, '0')}`;
};

/** What a lookup must find; a test that gets nothing fails here. */
export const present = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('Something that was stored is not there.');
  return value;
};

/** A message as it is read back, but for its place. */
export type GivenMessage = Omit<NewMessage, 'source' | 'foundBy'> & { readonly source: string | null };

/** A tenant of its own with hands to fill it. Times move on by a second with each thing made, ids are minted. */
export interface World {
  readonly store: Store;
  readonly tenantKey: number;
  /** The whole tenant. */
  readonly scope: Scope;
  /** The next moment, UTC epoch milliseconds. */
  at(): number;
  user(name?: string): Promise<IdentityRecord>;
  agent(name?: string): Promise<IdentityRecord>;
  session(user: IdentityRecord, agent: IdentityRecord, name?: string): Promise<SessionRecord>;
  /** A message ready to append; what is not given is plain. */
  message(content: string, more?: Partial<GivenMessage>): GivenMessage;
  /** A conversation by names, under new ids; a name that is left out is made up. */
  conversation(names: { user: string; agent?: string; session?: string }): NamedConversation;
  /** The work that new messages give, due at once; what is not given is plain. */
  work(more?: Partial<FollowingWork>): FollowingWork;
  /** Appends one round, a message for each text, spoken by the user unless `role` says otherwise. Returns the ids. */
  say(session: SessionRecord, texts: readonly string[], role?: Role): Promise<readonly string[]>;
  /** Adds knowledge items and returns their ids. */
  know(user: IdentityRecord, texts: readonly string[]): Promise<readonly string[]>;
  /** An API key with a hash made of its id; bound to the user when there is one. */
  apiKey(user: IdentityRecord | null): Promise<ApiKeyRecord>;
}

/** @param tenant one that is there already; a new one when left out. */
export const createWorld = async (store: Store, tenant?: string): Promise<World> => {
  let seconds = 0;
  const at = (): number => {
    seconds += 1;
    return START + seconds * 1_000;
  };
  const tenantKey = await store.tenants.ensure(tenant ?? `tenant ${mintId()}`, at());
  const scope: Scope = { tenantKey, userKey: null };

  const identity =
    (facet: 'users' | 'agents') =>
    async (name?: string): Promise<IdentityRecord> => {
      const id = mintId();
      await store[facet].create(scope, { id, name: name ?? `${facet} ${id}`, description: null, at: at() });
      return present(await store[facet].get(scope, id));
    };

  const message = (content: string, more: Partial<GivenMessage> = {}): GivenMessage => ({
    id: mintId(),
    role: 'user',
    content,
    name: null,
    metadata: null,
    source: null,
    createdAt: at(),
    ...more,
  });

  return {
    store,
    tenantKey,
    scope,
    at,
    user: identity('users'),
    agent: identity('agents'),
    session: async (user, agent, name) => {
      const id = mintId();
      const input = { id, userId: user.id, agentId: agent.id, name: name ?? `session ${id}`, at: at() };
      await store.sessions.create(scope, input);
      return present(await store.sessions.get(scope, id));
    },
    message,
    conversation: ({ user, agent, session }) => ({
      user: { id: mintId(), name: user },
      agent: { id: mintId(), name: agent ?? 'usual', isGiven: agent !== undefined },
      session: { id: mintId(), name: session ?? `made up ${mintId()}`, isGiven: session !== undefined },
      at: at(),
    }),
    work: (more = {}) => {
      const now = at();
      return { kinds: ['index'], priority: PRIORITY.normal, at: now, dueAt: now, ...more };
    },
    say: async (session, texts, role = 'user') => {
      const messages = texts.map((text) => message(text, { role }));
      return (await store.messages.append(scope, session.id, messages)).ids;
    },
    know: async (user, texts) => {
      const items = texts.map((content) => ({ id: mintId(), content }));
      return (await store.knowledge.add(scope, user.id, items, at())).ids;
    },
    apiKey: async (user) => {
      const id = mintId();
      const hash = id.replaceAll('-', '').repeat(2);
      const userId = user?.id ?? null;
      const input = { id, userId, name: null, hash, scopes: ['read', 'write'], at: at(), expiresAt: null } as const;
      await store.apiKeys.create(tenantKey, input);
      return present(await store.apiKeys.findByHash(hash));
    },
  };
};
