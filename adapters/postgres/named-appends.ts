import { MemfuseError } from '../../src/contract/errors.ts';
import type { Appended, AppendedByName, MessageFacet, NamedConversation } from '../../src/contract/messages.ts';
import type { IdentityRecord, Scope } from '../../src/contract/records.ts';
import { otherAgent, outOfReach } from '../refusals.ts';
import type { Appending } from './appending.ts';
import { NOBODY, withClaim } from './claims.ts';
import type { Context } from './context.ts';
import { nameTakenBy } from './errors.ts';
import { findIdentity, getIdentity, holdAgent, insertIdentity } from './identities.ts';
import { lockMemories } from './memories.ts';
import { findSession, insertSession } from './sessions.ts';
import { inTransaction, type Transaction } from './transaction.ts';

type Known = Pick<IdentityRecord, 'key' | 'id'>;
type Session = Known & { readonly agentId: string };

/** What was found was deleted before it was locked, so that the transaction has to be run from its beginning. */
class GoneMeanwhile extends Error {}

/** Times that such a transaction is run. */
const MOST_TRIES = 5;

/** Appends by name: finds or creates the user, the agent and the session in the transaction of the messages. */
export const openNamedAppends = (
  { pool }: Pick<Context, 'pool'>,
  { appendTo }: Appending,
): Pick<MessageFacet, 'appendByName'> => {
  const findOrMakeUser = async (tx: Transaction, scope: Scope, { user, at }: NamedConversation): Promise<Known> => {
    const { id, name } = user;
    const made = async (): Promise<Known | null> => {
      const key = await insertIdentity(tx, 'user', scope, { id, name, description: null, at });
      return key === null ? null : { key, id };
    };
    const known = (await findIdentity(tx, 'user', scope, name)) ?? (await made());
    // Another call created it meanwhile.
    const found = known ?? (await findIdentity(tx, 'user', scope, name));
    if (!found) throw new GoneMeanwhile();
    await lockMemories(tx, [found.key]);
    if (!(await getIdentity(tx, 'user', scope, found.id))) throw new GoneMeanwhile();
    return found;
  };

  const findOrMakeAgent = async (tx: Transaction, scope: Scope, { agent, at }: NamedConversation): Promise<Known> => {
    const { id, name } = agent;
    const made = async (): Promise<Known | null> => {
      const key = await insertIdentity(tx, 'agent', scope, { id, name, description: null, at });
      return key === null ? null : { key, id };
    };
    const there = await findIdentity(tx, 'agent', scope, name);
    if (!there && scope.userKey !== null) throw outOfReach('create', 'agent');
    const known = there ?? (await made());
    const found = known ?? (await findIdentity(tx, 'agent', scope, name));
    if (!found || !(await holdAgent(tx, scope.tenantKey, found.key))) throw new GoneMeanwhile();
    return found;
  };

  const findOrMakeSession = async (
    tx: Transaction,
    scope: Scope,
    user: Known,
    conversation: NamedConversation,
  ): Promise<Session> => {
    const { agent, session, at } = conversation;
    const found = session.isGiven ? await findSession(tx, scope, session.name, user.id) : null;
    if (!found) {
      const withAgent = await findOrMakeAgent(tx, scope, conversation);
      const place = { tenantKey: scope.tenantKey, ownerKey: user.key, agentKey: withAgent.key };
      const { id, name } = session;
      const key = await insertSession(tx, place, { id, name, at });
      if (key === null) {
        const holder = await findSession(tx, scope, name, user.id);
        throw nameTakenBy({ entity: 'session', field: 'name', value: name }, holder);
      }
      return { key, id, agentId: withAgent.id };
    }
    const isOther = agent.isGiven && (await findIdentity(tx, 'agent', scope, agent.name))?.id !== found.agentId;
    if (isOther) throw otherAgent(session.name, agent.name);
    return found;
  };

  return {
    appendByName: async (scope, conversation, messages, once, work) => {
      const { tenantKey } = scope;
      const known = await findIdentity(pool, 'user', scope, conversation.user.name);
      // Before the claim, which answers whoever sends it.
      if (!known && scope.userKey !== null) throw outOfReach('create', 'user');
      const run = (): Promise<AppendedByName> =>
        inTransaction(pool, async (tx) => {
          let appended: Omit<Appended, 'ids' | 'replayed'> = { round: null, tasks: [] };
          const { ids, replayed } = await withClaim(tx, { tenantKey, userKey: NOBODY }, once, async () => {
            const user = await findOrMakeUser(tx, scope, conversation);
            const session = await findOrMakeSession(tx, scope, user, conversation);
            if (messages.length > 0) {
              const place = { key: session.key, userKey: user.key };
              const added = await appendTo(tx, tenantKey, place, messages, work);
              if (!added) throw new GoneMeanwhile();
              appended = added;
            }
            return [user.id, session.agentId, session.id, ...messages.map(({ id }) => id)];
          });
          const [userId = '', agentId = '', sessionId = '', ...messageIds] = ids;
          return { userId, agentId, sessionId, ids: messageIds, replayed, ...appended };
        });
      for (let tries = 1; ; tries += 1) {
        try {
          return await run();
        } catch (error) {
          if (!(error instanceof GoneMeanwhile)) throw error;
          if (scope.userKey !== null) throw outOfReach('create', 'user');
          if (tries === MOST_TRIES) {
            const message = 'What the request names was deleted again and again while it ran. Send it again.';
            throw new MemfuseError('storage_unavailable', message, {}, error);
          }
        }
      }
    },
  };
};
