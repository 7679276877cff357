import { expect } from 'bun:test';
import type { BufferService } from '../../../src/buffer/buffer-service.ts';
import type { IdentityRecord, Scope, SessionRecord } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import { stageOf } from '../../../src/memory/stages.ts';
import { EVERY_SEQUENCE } from '../../contract/background.ts';
import { messagesOf, rowsIn, WHOLE } from '../../contract/lists.ts';
import { searchRequest } from '../search-request.ts';
import type { ConversationModel } from './conversation-model.ts';
import { OUTAGE } from './lives.ts';

/** In every message, so that one question finds all of them. */
export const COMMON_WORD = 'memo';
const ALL = 1_000;

/** A session in the store and in the model. */
export interface Conversation {
  readonly session: SessionRecord;
  readonly model: ConversationModel;
}

/** The lists show what was said and not deleted, in order, and the buffered are the newest, each once. */
const expectSameLists = async (store: Store, scope: Scope, { session, model }: Conversation): Promise<void> => {
  const list = async (buffered?: boolean) => {
    const options = { limit: ALL, sortBy: 'timestamp', order: 'asc', buffered } as const;
    return (await messagesOf(store, scope, session.id, options)).map(({ id, content }) => ({ id, content }));
  };
  const said = model.messages.map(({ id, content }) => ({ id, content }));
  expect(await list()).toEqual(said);
  const [taken, buffered] = [await list(false), await list(true)];
  expect([...taken, ...buffered]).toEqual(said);
  for (const { id } of taken) model.taken.add(id);
  expect(buffered.filter(({ id }) => model.taken.has(id))).toEqual([]);
};

/** Each message is in exactly one chunk when its status says that it is indexed, and in none before. */
const expectSameStages = async (store: Store, scope: Scope, { session, model }: Conversation): Promise<void> => {
  const outstanding = await store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE);
  const options = { limit: ALL, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
  const { chunks } = await store.chunks.ofSession(scope, session.id, options);
  const locations = model.messages.map(({ id, sequence }) => {
    const { indexed } = stageOf(sequence, outstanding);
    return { id, chunks: chunks.filter(({ messageIds }) => messageIds.includes(id)).length, indexed };
  });
  expect(locations).toEqual(locations.map(({ id, indexed }) => ({ id, chunks: indexed ? 1 : 0, indexed })));
  for (const { content, messageIds, embedded } of chunks) {
    const held = model.messages.filter(({ id }) => messageIds.includes(id));
    expect({ content, embedded }).toEqual({
      content: held.map((message) => `[user]: ${message.content}`).join('\n'),
      embedded: true,
    });
  }
  const episodes = await rowsIn(store.episodes.list(scope, session.userId, { sessionId: session.id }, WHOLE));
  const told = model.messages.map(({ id, sequence }) => {
    const { summarised } = stageOf(sequence, outstanding);
    return { id, summarised, episodes: episodes.filter(({ messageIds }) => messageIds.includes(id)).length };
  });
  expect(told.filter(({ summarised, episodes: count }) => (summarised ? count !== 1 : count > 1))).toEqual([]);
  expect(episodes.map(({ isOpen }) => isOpen)).toEqual(episodes.map((_, i) => i === episodes.length - 1));
  for (const { state, firstSequence, lastSequence, reason } of outstanding) {
    if (state !== 'failed') continue;
    expect(firstSequence).toBe(lastSequence);
    expect(reason).not.toBeNull();
    expect(reason).not.toBe(OUTAGE);
  }
};

/** A question finds all that was said to this user's agents, and nothing that is gone. */
const expectSameAnswers = async (
  service: Pick<BufferService, 'query'>,
  { tenantKey }: Scope,
  user: IdentityRecord,
  conversations: readonly Conversation[],
): Promise<void> => {
  const owner = { tenantKey, userKey: user.key };
  const ask = async (question: string) => {
    const { found } = await service.query(
      searchRequest(owner, question, { topK: ALL, filters: { kinds: ['message'] } }),
    );
    return found.map(({ content }) => content).toSorted();
  };
  const said = conversations.flatMap(({ model }) => model.messages.map(({ content }) => content));
  expect(await ask(COMMON_WORD)).toEqual(said.toSorted());
  const gone = conversations.flatMap(({ model }) => model.gone).at(-1);
  if (gone) expect(await ask(gone)).not.toContain(gone);
};

/** What any client could see is what the model says. */
export const expectSame = async (
  factory: { readonly store: Store; getBufferService(owner: { tenantKey: number; userKey: number }): unknown },
  scope: Scope,
  users: readonly IdentityRecord[],
  conversations: readonly Conversation[],
): Promise<void> => {
  for (const conversation of conversations) {
    await expectSameLists(factory.store, scope, conversation);
    await expectSameStages(factory.store, scope, conversation);
  }
  for (const user of users) {
    const theirs = conversations.filter(({ session }) => session.userKey === user.key);
    const owner = { tenantKey: scope.tenantKey, userKey: user.key };
    await expectSameAnswers(factory.getBufferService(owner) as BufferService, scope, user, theirs);
  }
};
