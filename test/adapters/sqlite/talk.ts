import type { NewMessage } from '../../../src/contract/messages.ts';
import type { Scope, SessionRecord } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import { messagesOf } from '../../contract/lists.ts';
import { createWorld, type GivenMessage, type World } from '../../contract/world.ts';

/** A session to write to, and its messages as the store lists them, oldest first. */
export interface Talk {
  readonly world: World;
  readonly scope: Scope;
  readonly session: SessionRecord;
  message(content: string, more?: Partial<GivenMessage>): GivenMessage;
  append(messages: readonly NewMessage[]): Promise<unknown>;
  /** The ids that are there. */
  ids(from?: Store): Promise<string[]>;
}

export const createTalk = async (store: Store): Promise<Talk> => {
  const world = await createWorld(store);
  const { scope } = world;
  const session = await world.session(await world.user(), await world.agent());
  const everything = { limit: 1_000_000, sortBy: 'timestamp', order: 'asc' } as const;
  return {
    world,
    scope,
    session,
    message: (content, more = {}) => world.message(content, { createdAt: 1_000, ...more }),
    append: (messages) => store.messages.append(scope, session.id, messages),
    ids: async (from = store) => (await messagesOf(from, scope, session.id, everything)).map(({ id }) => id),
  };
};
