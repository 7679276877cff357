import type {
  Appended,
  AppendedByName,
  FollowingWork,
  NamedConversation,
  NewMessage,
} from '../../src/contract/messages.ts';
import type { Once } from '../../src/contract/once.ts';
import type { Scope } from '../../src/contract/records.ts';
import { otherAgent, outOfReach } from '../refusals.ts';
import type { Connection } from './connection.ts';
import { identityReads, type identityWrites } from './identities.ts';
import type { messageWrites } from './messages.ts';
import { sessionReads, type sessionWrites } from './sessions.ts';
import type { WriteContext } from './writing/context.ts';

interface Creating {
  readonly users: Pick<ReturnType<typeof identityWrites>, 'create'>;
  readonly agents: Pick<ReturnType<typeof identityWrites>, 'create'>;
  readonly sessions: Pick<ReturnType<typeof sessionWrites>, 'create'>;
  readonly messages: Pick<ReturnType<typeof messageWrites>, 'append'>;
}

/** Appends by name, out of the writes of each part, in the transaction of the moment. */
export const namedAppends = (db: Connection, { claims }: Pick<WriteContext, 'claims'>, creating: Creating) => {
  const users = identityReads(db, 'user');
  const agents = identityReads(db, 'agent');
  const sessions = sessionReads(db);

  const madeId = ({ ids }: { readonly ids: readonly string[] }): string => ids[0] ?? '';

  const findOrMakeAgent = (scope: Scope, { agent, at }: NamedConversation): string => {
    const { id, name } = agent;
    const found = agents.findByName(scope, name);
    return found?.id ?? madeId(creating.agents.create(scope, { id, name, description: null, at }));
  };

  const findOrMakeSession = (
    scope: Scope,
    userId: string,
    conversation: NamedConversation,
  ): { readonly id: string; readonly agentId: string } => {
    const { agent, session, at } = conversation;
    const found = session.isGiven ? sessions.findByName(scope, session.name, userId) : null;
    if (!found) {
      const agentId = findOrMakeAgent(scope, conversation);
      const { id, name } = session;
      return { id: madeId(creating.sessions.create(scope, { id, userId, agentId, name, at })), agentId };
    }
    const isOther = agent.isGiven && agents.findByName(scope, agent.name)?.id !== found.agentId;
    if (isOther) throw otherAgent(session.name, agent.name);
    return found;
  };

  return {
    appendByName: (
      scope: Scope,
      conversation: NamedConversation,
      messages: readonly NewMessage[],
      once?: Once,
      work?: FollowingWork,
    ): AppendedByName => {
      const { user, at } = conversation;
      const known = users.findByName(scope, user.name);
      // Before the claim, which answers whoever sends it.
      if (!known && scope.userKey !== null) throw outOfReach('create', 'user');
      let appended: Appended = { ids: [], replayed: false, round: null, tasks: [] };
      const { ids, replayed } = claims(scope.tenantKey, once, () => {
        const userId = known?.id ?? madeId(creating.users.create(scope, { ...user, description: null, at }));
        const session = findOrMakeSession(scope, userId, conversation);
        appended = creating.messages.append(scope, session.id, messages, undefined, work);
        return [userId, session.agentId, session.id, ...appended.ids];
      });
      const [userId = '', agentId = '', sessionId = '', ...messageIds] = ids;
      const { round, tasks } = appended;
      return { userId, agentId, sessionId, ids: messageIds, replayed, round, tasks };
    },
  };
};
