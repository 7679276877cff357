import { expect } from 'bun:test';
import { type OutboxTask, PRIORITY } from '../../src/contract/outbox.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import { type Background, NOON } from './background.ts';
import { tasksOf } from './lists.ts';
import { type ModelTask, PipelineModel } from './pipeline-model.ts';
import { mintId, present } from './world.ts';

export const LEASE_MS = 30_500;
export const OWNERS = ['process ann', 'process bob', 'process carl'] as const;
const PRIORITIES = Object.values(PRIORITY);

/** What somebody does, by numbers that choose among what is there. */
export interface Step {
  readonly verb: keyof ReturnType<typeof stepsOf>;
  readonly owner: (typeof OWNERS)[number];
  readonly pick: number;
  readonly count: number;
}

/** A session in the store and in the model. */
export interface Conversation {
  readonly session: SessionRecord;
  readonly model: PipelineModel;
}

/** An outcome that somebody has made and not yet filed. */
interface Draft {
  readonly commit: IndexOutcome;
  readonly conversation: Conversation;
  isStale: boolean;
}

export interface History {
  readonly background: Background;
  readonly conversations: readonly Conversation[];
  /** When the lease of each owner ends. */
  readonly leases: Map<string, number>;
  drafts: Draft[];
  now: number;
}

export const createHistory = async (background: Background): Promise<History> => {
  const { world, owner, partner, talk } = background;
  const sessions = [talk, await world.session(owner, partner)];
  const leases = new Map<string, number>();
  const conversations = sessions.map((session) => ({ session, model: new PipelineModel(leases) }));
  return { background, conversations, leases, drafts: [], now: NOON };
};

const choose = <T>(things: readonly T[], pick: number): T | undefined => things[pick % Math.max(1, things.length)];

/** Some of a list, in order, from a place on and with gaps. */
const some = <T>(things: readonly T[], pick: number, count: number): T[] => {
  const [from, stride] = [pick % Math.max(1, things.length), 1 + (pick % 3)];
  return things.filter((_, i) => i >= from && (i - from) % stride === 0).slice(0, count);
};

export const keyOf = ({ key }: ModelTask): number => present(key);

const shapeOf = (task: ModelTask | OutboxTask) => {
  const { key, firstSequence, lastSequence, attempts, priority, dueAt } = task;
  return { key: present(key), firstSequence, lastSequence, attempts, priority, dueAt };
};

/** All that can happen, in the store and in the model. Where there is nothing to choose from, nothing happens. */
export const stepsOf = (history: History) => {
  const { background, conversations } = history;
  const { store, scope, world, prepare } = background;
  const conversationOf = (pick: number): Conversation => present(choose(conversations, pick));
  const chosenOf = ({ model }: Conversation, { pick, count }: Step): number[] =>
    some([...model.messages.keys()], pick >> 1, count);
  const touch = (conversation: Conversation, sequences: readonly number[]): void => {
    for (const draft of history.drafts) {
      const { firstSequence, lastSequence } = draft.commit;
      if (draft.conversation === conversation && sequences.some((it) => it >= firstSequence && it <= lastSequence))
        draft.isStale = true;
    }
  };

  /** A task that somebody is at work on, and who says something of it: now and then another, who must not be heard. */
  const atWork = ({ pick, owner }: Step) => {
    const tasks = conversations.flatMap((conversation) =>
      conversation.model.atWork(history.now).map((task) => ({ conversation, task })),
    );
    const found = choose(tasks, pick);
    if (!found) return null;
    const by = pick % 5 === 0 ? owner : present(found.task.owner);
    return { ...found, by, isTheirs: by === found.task.owner };
  };

  const take = async (chosen: readonly ModelTask[], owner: string): Promise<void> => {
    const wanted = chosen.filter(({ key }) => key !== null);
    const leaseUntil = history.now + LEASE_MS;
    const taken = await store.work.take(wanted.map(keyOf), owner, history.now, leaseUntil);
    const expected = wanted.filter((task) => {
      const { model } = present(conversations.find((conversation) => conversation.model.tasks.includes(task)));
      return model.claim(task, owner, history.now, leaseUntil);
    });
    expect(taken.map(shapeOf)).toEqual(expected.map(shapeOf));
  };

  const claim = async ({ pick, count, owner }: Step): Promise<void> => {
    // From the front, where most can be had; now and then from anywhere, also what is done.
    const isAnywhere = pick % 4 === 0;
    const all = conversations.flatMap(({ model }) => model.tasks);
    await take(isAnywhere ? some(all, pick, count) : conversationOf(pick).model.unfinished.slice(0, count), owner);
  };

  const draft = async (step: Step): Promise<Draft | null> => {
    const found = atWork(step);
    if (!found) return null;
    const { conversation, task } = found;
    const { firstSequence, lastSequence } = task;
    const { userKey, key: sessionKey } = conversation.session;
    const asked = { ...background, userKey, sessionKey, key: keyOf(task), firstSequence, lastSequence };
    const chunks = conversation.model.cut(task, step.count, mintId);
    const commit = await prepare(asked, { owner: present(task.owner), chunks, at: history.now });
    const made = { commit, conversation, isStale: false };
    history.drafts.push(made);
    return made;
  };

  const file = async (drafts: readonly Draft[]): Promise<void> => {
    const outcomes = await store.work.file(drafts.map(({ commit }) => commit));
    const expected = drafts.map(({ commit, conversation, isStale }) =>
      conversation.model.commit(commit, isStale, history.now),
    );
    expect(outcomes).toHaveLength(expected.length);
    for (const [i, outcome] of outcomes.entries()) expect(present(expected[i])).toContain(outcome);
  };

  return {
    append: async ({ pick, count }: Step) => {
      const { session, model } = conversationOf(pick);
      const messages = Array.from({ length: count }, (_, i) => world.message(`said at ${history.now}, ${i}`));
      const work = { priority: present(choose(PRIORITIES, pick)), dueAt: history.now + (pick % 3) * 10_000 };
      const asked = world.work({ ...work, at: history.now });
      const { tasks } = await store.messages.append(scope, session.id, messages, undefined, asked);
      model.append(messages, work).key = present(tasks[0]).key;
    },
    update: async (step: Step) => {
      const conversation = conversationOf(step.pick);
      const sequences = chosenOf(conversation, step);
      const content = `changed at ${world.at()}`;
      const changes = sequences.map((sequence) => {
        const { id } = present(conversation.model.messages.get(sequence));
        return { id, role: 'user', content } as const;
      });
      await store.messages.update(scope, conversation.session.id, changes, history.now);
      conversation.model.update(sequences, content, history.now);
      touch(conversation, sequences);
    },
    remove: async (step: Step) => {
      const conversation = conversationOf(step.pick);
      const sequences = chosenOf(conversation, step);
      const ids = sequences.map((sequence) => present(conversation.model.messages.get(sequence)).id);
      await store.messages.delete(scope, conversation.session.id, ids, history.now);
      conversation.model.remove(sequences, history.now);
      touch(conversation, sequences);
    },
    claim,
    draft: async (step: Step) => {
      await draft(step);
    },
    commit: async ({ pick, count }: Step) => {
      // Whether an owner may still file when its lease has run out and nobody has come, the contract leaves open.
      const isOpen = ({ commit, conversation }: Draft): boolean => {
        const task = conversation.model.tasks.find(({ key }) => key === commit.taskKey);
        const leaseUntil = history.leases.get(commit.owner) ?? 0;
        return task?.state === 'running' && task.owner === commit.owner && leaseUntil <= history.now;
      };
      const candidates = history.drafts.filter((it) => !isOpen(it));
      const filed = some(candidates, pick, count);
      await file(filed);
      // Some stay, to be filed again.
      if (pick % 3 > 0) history.drafts = history.drafts.filter((it) => !filed.includes(it));
    },
    /** A task from its claim to its end, by somebody to whom nothing happens. */
    finish: async (step: Step) => {
      await claim(step);
      const made = await draft(step);
      if (made) await file([made]);
    },
    /** The owner of a task is not heard of for longer than its lease, and another takes the task. */
    takeOver: async (step: Step) => {
      const found = atWork(step);
      if (!found) return;
      history.now += 40_000;
      await take([found.task], present(OWNERS.find((owner) => owner !== found.task.owner)));
    },
    beat: async ({ owner }: Step) => {
      const leaseUntil = history.now + LEASE_MS;
      const all = conversations.flatMap(({ model }) => model.tasks);
      const theirs = all.filter((task) => task.state === 'running' && task.owner === owner).map(keyOf);
      const held = new Set(await store.work.beat(owner, history.now, leaseUntil));
      // The owner holds tasks of other histories as well.
      expect(all.flatMap(({ key }) => (key !== null && held.has(key) ? [key] : []))).toEqual(theirs);
      history.leases.set(owner, leaseUntil);
    },
    retry: async (step: Step) => {
      const found = atWork(step);
      if (!found) return;
      const { conversation, task, by, isTheirs } = found;
      const outcome = { attempts: task.attempts + 1, reason: `try ${step.pick}`, dueAt: history.now + 10_000 };
      await store.work.retry(keyOf(task), by, { ...outcome, at: history.now });
      if (isTheirs) conversation.model.putBack(task, outcome);
    },
    release: async (step: Step) => {
      const found = atWork(step);
      if (!found) return;
      const { conversation, task, by, isTheirs } = found;
      await store.work.release([keyOf(task)], by, history.now);
      if (isTheirs) conversation.model.putBack(task, { dueAt: history.now });
    },
    fail: async (step: Step) => {
      const found = atWork(step);
      if (!found) return;
      const { conversation, task, by, isTheirs } = found;
      const outcome = { attempts: task.attempts + 1, reason: `end ${step.pick}` };
      await store.work.fail(keyOf(task), by, { ...outcome, at: history.now });
      if (isTheirs) conversation.model.putBack(task, { ...outcome, state: 'failed' });
    },
    split: async (step: Step) => {
      const found = atWork(step);
      if (!found || found.task.firstSequence === found.task.lastSequence) return;
      const { conversation, task, by, isTheirs } = found;
      const lastSequence = task.firstSequence + (step.pick % (task.lastSequence - task.firstSequence));
      await store.work.split(keyOf(task), by, { lastSequence, at: history.now });
      if (!isTheirs) return;
      conversation.model.split(task, lastSequence, history.now);
      // An outcome of the whole is of no task any more.
      history.drafts = history.drafts.filter(({ commit }) => commit.taskKey !== task.key);
    },
    redrive: async ({ pick }: Step) => {
      const failed = conversations.flatMap((conversation) =>
        conversation.model.tasks.filter(({ state }) => state === 'failed').map((task) => ({ conversation, task })),
      );
      const chosen = choose(failed, pick);
      if (!chosen) return;
      const records = await tasksOf(store, scope);
      const { id } = present(records.find(({ key }) => key === chosen.task.key));
      expect((await store.outbox.redrive(scope, id, history.now))?.id).toBe(id);
      chosen.conversation.model.putBack(chosen.task, { attempts: 0, dueAt: history.now });
    },
    wait: async ({ count }: Step) => {
      history.now += count * 10_000;
    },
  };
};
