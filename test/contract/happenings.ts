import { middle, type Talks } from './talks.ts';
import { mintId, present } from './world.ts';

type Happening = (talks: Talks) => Promise<unknown>;

/** What touches a message of the early talk, and none of the late one. */
export const CHANGES_OF_THE_EARLY: Readonly<Record<string, Happening>> = {
  'a message in it is rewritten': ({ rewrite, talk, early }) => rewrite(talk, middle(early)),
  'its first message is rewritten': ({ rewrite, talk, early }) => rewrite(talk, present(early[0])),
  'its last message is rewritten': ({ rewrite, talk, early }) => rewrite(talk, present(early[2])),
  'a message in it is said by another role': ({ rewrite, talk, early }) =>
    rewrite(talk, middle(early), { role: 'assistant', content: 'text 1' }),
  'a message in it gets the name of another speaker': ({ rewrite, talk, early }) =>
    rewrite(talk, middle(early), { content: 'text 1', name: 'Bob' }),
  'a message in it is deleted': ({ remove, talk, early }) => remove(talk, middle(early)),
  'its first message is deleted': ({ remove, talk, early }) => remove(talk, present(early[0])),
  'its last message is deleted': ({ remove, talk, early }) => remove(talk, present(early[2])),
  'the session is deleted': ({ store, scope, talk }) => store.sessions.delete(scope, talk.id),
  'the agent is deleted': ({ store, scope, partner }) => store.agents.delete(scope, partner.id),
};

/** What withdraws nothing and touches no message of the early talk. */
export const ADDITIONS: Readonly<Record<string, Happening>> = {
  'messages are added to its session': ({ say, talk }) => say(talk),
  'messages are added to another session': ({ say, other }) => say(other),
  'a message outside it is rewritten': ({ rewrite, other, late }) => rewrite(other, middle(late)),
  'knowledge is added': ({ world, owner }) => world.know(owner, ['more']),
  'knowledge is rewritten': ({ store, scope, owner, fact, world }) =>
    store.knowledge.update(scope, owner.id, [{ id: fact, content: 'new' }], world.at()),
  'its session is renamed': ({ store, scope, talk, world }) =>
    store.sessions.update(scope, talk.id, { name: mintId(), at: world.at() }),
  'the user is renamed': ({ store, scope, owner, world }) =>
    store.users.update(scope, owner.id, { name: 'Eve', at: world.at() }),
  'the agent is renamed': ({ store, scope, partner, world }) =>
    store.agents.update(scope, partner.id, { name: 'Tom', at: world.at() }),
  'the user is described': ({ store, scope, owner, world }) =>
    store.users.update(scope, owner.id, { description: 'new', at: world.at() }),
  'the agent is described': ({ store, scope, partner, world }) =>
    store.agents.update(scope, partner.id, { description: 'new', at: world.at() }),
};

/** What withdraws something, but no message of the early talk. */
export const WITHDRAWALS_ELSEWHERE: Readonly<Record<string, Happening>> = {
  'a message outside it is deleted': ({ remove, other, late }) => remove(other, middle(late)),
  'knowledge is deleted': ({ store, scope, owner, fact }) => store.knowledge.delete(scope, owner.id, [fact]),
  'another session is deleted': ({ store, scope, other }) => store.sessions.delete(scope, other.id),
  'another agent is deleted': ({ store, scope, friend }) => store.agents.delete(scope, friend.id),
};
