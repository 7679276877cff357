import type { Store } from '../../../src/contract/store.ts';
import type { Talk } from './talk.ts';

/** Ways to make the server forget one message. */
export const WAYS: Readonly<Record<string, (store: Store, talk: Talk, said: string) => Promise<unknown>>> = {
  'it is deleted': (store, { scope, session }, said) => store.messages.delete(scope, session.id, [said], 9_000),
  'it is changed': (store, { scope, session }, said) =>
    store.messages.update(scope, session.id, [{ id: said, role: 'user', content: 'nothing' }], 9_000),
  'its session is deleted': (store, { scope, session }) => store.sessions.delete(scope, session.id),
  'its agent is deleted': (store, { scope, session }) => store.agents.delete(scope, session.agentId),
  'its user is deleted': (store, { scope, session }) => store.users.delete(scope, session.userId),
};
