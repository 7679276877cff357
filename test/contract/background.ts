import type { NewChunk } from '../../src/contract/chunks.ts';
import type { AppendedToSession, FollowingWork } from '../../src/contract/messages.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import { mintId, present, type World } from './world.ts';

/** After every moment that a test speaks of. */
export const END_OF_TIME = Number.MAX_SAFE_INTEGER;
/** All messages of a session. */
export const EVERY_SEQUENCE = { firstSequence: 0, lastSequence: Number.MAX_SAFE_INTEGER } as const;
/** More than there is of anything. */
export const ALL = 1_000_000;
/** What a process calls itself in its leases, and another one. */
export const ANN = 'process ann';
export const BOB = 'process bob';

export const NOON = Date.UTC(2026, 6, 1, 12);
export const LEASE_MS = 60_000;
export const FAILURE = { attempts: 1, reason: 'it broke', at: NOON } as const;

export const keysOf = (tasks: readonly { readonly key: number }[]): number[] => tasks.map(({ key }) => key);

/** A chunk over a range; what is not given is plain. */
export const newChunk = (firstSequence: number, lastSequence: number, more: Partial<NewChunk> = {}): NewChunk => ({
  id: mintId(),
  firstSequence,
  lastSequence,
  content: `chunk of ${firstSequence} to ${lastSequence}`,
  tokenCount: lastSequence - firstSequence + 1,
  strategy: 'message',
  vector: null,
  model: null,
  ...more,
});

/** The first and last sequence of things that span a range. */
export const spansOf = (things: Iterable<{ readonly firstSequence: number; readonly lastSequence: number }>) =>
  [...things].map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence] as const);

/** Hands to do the indexing of a tenant, one kind of background work; other kinds are left alone. */
export const handsOf = (world: World) => {
  const { store, scope, tenantKey } = world;

  /** One round of a message for each text, with the work that it gives. */
  const append = (
    session: SessionRecord,
    texts: readonly string[],
    more: Partial<FollowingWork> = {},
  ): Promise<AppendedToSession> => {
    const messages = texts.map((text) => world.message(text));
    return store.messages.append(scope, session.id, messages, undefined, world.work(more));
  };

  /** The task that covers a new round of so many messages. */
  const appendTask = async (
    session: SessionRecord,
    count: number,
    more: Partial<FollowingWork> = {},
  ): Promise<OutboxTask> => {
    const texts = Array.from({ length: count }, (_, i) => `message ${i}`);
    return present((await append(session, texts, more)).tasks[0]);
  };

  /** Takes a task, which must be to be had, until `leaseUntil`. */
  const claim = async ({ key }: OutboxTask, owner = ANN, leaseUntil = END_OF_TIME): Promise<OutboxTask> =>
    present((await store.work.take([key], owner, world.at(), leaseUntil))[0]);

  /** Reads the range of a task and makes an outcome of it: a chunk over all of it unless there are others. */
  const prepare = async (
    task: Omit<OutboxTask, 'id' | 'kind' | 'queueKey' | 'position' | 'priority' | 'attempts' | 'dueAt'>,
    more: Partial<IndexOutcome> = {},
  ): Promise<IndexOutcome> => {
    const { key: taskKey, userKey, sessionKey, firstSequence, lastSequence } = task;
    const { version, messages } = await store.work.read(task);
    return {
      kind: 'index',
      taskKey,
      owner: ANN,
      tenantKey: task.tenantKey,
      userKey,
      sessionKey,
      firstSequence,
      lastSequence,
      version,
      chunks: [newChunk(firstSequence, lastSequence)],
      tokenCounts: messages.map(({ sequence }) => ({ sequence, tokens: 10 * sequence })),
      vectors: null,
      at: world.at(),
      ...more,
    };
  };

  /** Takes a task, does it and files the outcome, which must be accepted. */
  const finish = async (task: OutboxTask, chunks?: readonly NewChunk[]): Promise<IndexOutcome> => {
    const commit = await prepare(await claim(task), chunks ? { chunks } : {});
    const [outcome] = await store.work.file([commit]);
    if (outcome !== 'done') throw new Error(`The task was not filed: ${outcome}`);
    return commit;
  };

  /** What is due for an owner at a moment, of this tenant, the first to be served first. */
  const due = async (now: number, by = ANN) =>
    (await store.work.due(by, now, ALL)).filter((task) => task.tenantKey === tenantKey && task.kind === 'index');

  return {
    append,
    appendTask,
    claim,
    prepare,
    finish,
    due,
    /** Of each session the first task that is neither failed nor done nor leased for ever, of this tenant. */
    open: async () => (await due(END_OF_TIME)).sort((a, b) => a.sessionKey - b.sessionKey),
    /** Takes all that is neither failed nor done nor leased for ever, for ever, as the outbox shows it. */
    takeAll: async (owner: string): Promise<OutboxTask[]> => {
      const taken: OutboxTask[] = [];
      for (;;) {
        const keys = keysOf(await due(END_OF_TIME, owner));
        if (keys.length === 0) return taken;
        taken.push(...(await store.work.take(keys, owner, END_OF_TIME, END_OF_TIME)));
      }
    },
    /** A task as it is now. */
    record: async ({ id }: { readonly id: string }) => present(await store.outbox.get(scope, id)),
    outstanding: async ({ id }: SessionRecord) =>
      (await store.outbox.outstanding(scope, id, EVERY_SEQUENCE)).filter(({ kind }) => kind === 'index'),
    /** The chunks of a session, in the order in which they were filed. */
    chunks: async ({ id }: SessionRecord) => {
      const oldestFirst = { limit: ALL, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
      return (await store.chunks.ofSession(scope, id, oldestFirst)).chunks;
    },
  };
};

/** A user who talks with an agent, and hands to do the background work that this gives. */
export const createBackground = async (world: World) => {
  const [owner, partner] = [await world.user(), await world.agent()];
  return { ...world, world, ...handsOf(world), owner, partner, talk: await world.session(owner, partner) };
};

export type Background = Awaited<ReturnType<typeof createBackground>>;

/** Tasks of so many messages by name, each in a session of its own. */
export const createTasks = async <const Name extends string>(
  { world, owner, partner, appendTask }: Background,
  names: readonly Name[],
  messages = 1,
): Promise<Record<Name, OutboxTask>> => {
  const tasks: (readonly [Name, OutboxTask])[] = [];
  // One after the other, so that they are in this order.
  for (const name of names) {
    const session = await world.session(owner, partner);
    tasks.push([name, await appendTask(session, messages)]);
  }
  return Object.fromEntries(tasks) as Record<Name, OutboxTask>;
};
