import { MemFuse } from '../../src/client/index.ts';
import type { Random } from '../../test/support/random.ts';
import { createSpeech } from '../bench/workload.ts';

interface Person {
  readonly name: string;
  readonly userId: string;
  sessionId: string;
  /** Of the present session, the newest last. */
  messageIds: string[];
  /** The last thing that is done for this person: the next waits for it, so that nothing meets its own deletion. */
  last: Promise<void>;
}

/** Latencies in milliseconds since they were last taken. */
export interface Latencies {
  addMs: number[];
  askMs: number[];
}

export interface People {
  /** Does one thing for one person, in proportions that stay the same. Never rejects. */
  act(): Promise<void>;
  /** Another person comes and the oldest is deleted, so that as much is known at any time. Errors: `MemFuseError`. */
  replaceOldest(): Promise<void>;
  takeLatencies(): Latencies;
  readonly done: Readonly<Record<Action, number>>;
  /** What was refused, in sentences. */
  readonly faults: readonly string[];
}

const COUNT = 24;
/** Of a hundred. */
const SHARES = { add: 50, ask: 25, context: 12, edit: 9, deleteSession: 4 } as const;
type Action = keyof typeof SHARES | 'replace';
const ACTIONS = Object.entries(SHARES).flatMap(([action, share]) =>
  Array.from({ length: share }, () => action as keyof typeof SHARES),
);
const MOST_IDS = 20;

/** Makes the people of a soak on an empty server. Errors: `MemFuseError`. */
export const createPeople = async (baseUrl: string, random: Random): Promise<People> => {
  const client = new MemFuse({ baseUrl });
  const speech = createSpeech();
  const { agent } = await client.call('createAgent', { body: { name: 'agent' } });
  const done: Record<Action, number> = { add: 0, ask: 0, context: 0, edit: 0, deleteSession: 0, replace: 0 };
  const faults: string[] = [];
  let latencies: Latencies = { addMs: [], askMs: [] };
  let made = 0;

  const openSession = async (userId: string): Promise<string> => {
    const body = { user_id: userId, agent_id: agent.id };
    return (await client.call('createSession', { body })).session.id;
  };
  const createPerson = async (): Promise<Person> => {
    made += 1;
    const name = `person ${made}`;
    const { id: userId } = await client.users.create({ name });
    return { name, userId, sessionId: await openSession(userId), messageIds: [], last: Promise.resolve() };
  };
  const timed = async (into: number[], call: () => Promise<unknown>): Promise<void> => {
    const startedMs = performance.now();
    await call();
    into.push(performance.now() - startedMs);
  };

  const actions: Record<keyof typeof SHARES, (person: Person) => Promise<void>> = {
    add: async (person) => {
      const path = { session_id: person.sessionId };
      const messages = (['user', 'assistant'] as const).map((role) => ({ role, content: speech.turn() }));
      await timed(latencies.addMs, async () => {
        const { message_ids } = await client.call('addMessages', { path, body: { messages } });
        person.messageIds = [...person.messageIds, ...message_ids].slice(-MOST_IDS);
      });
    },
    ask: async ({ userId }) => {
      const call = { path: { user_id: userId }, body: { query: speech.question() } };
      await timed(latencies.askMs, () => client.call('queryUser', call));
    },
    context: async ({ userId }) => {
      await client.call('contextOfUser', { path: { user_id: userId }, body: { query: speech.question() } });
    },
    edit: async ({ sessionId, messageIds }) => {
      if (messageIds.length === 0) return;
      const body = {
        message_ids: [random.pick(messageIds)],
        new_messages: [{ role: 'user' as const, content: speech.turn() }],
      };
      await client.call('updateMessages', { path: { session_id: sessionId }, body });
    },
    deleteSession: async (person) => {
      await client.call('deleteSession', { path: { session_id: person.sessionId } });
      person.sessionId = await openSession(person.userId);
      person.messageIds = [];
    },
  };

  /** Files an action behind the last of the person. */
  const file = (person: Person, action: Action, work: () => Promise<unknown>): Promise<void> => {
    person.last = person.last.then(work).then(
      () => {
        done[action] += 1;
      },
      (error: unknown) => {
        faults.push(`${action} of ${person.name}: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
    return person.last;
  };

  const people: Person[] = [];
  for (let i = 0; i < COUNT; i += 1) people.push(await createPerson());
  return {
    done,
    faults,
    act: () => {
      const person = random.pick(people);
      const action = random.pick(ACTIONS);
      return file(person, action, () => actions[action](person));
    },
    replaceOldest: async () => {
      // The new one comes first: there is always somebody to act for, also while deletions are slow.
      people.push(await createPerson());
      const oldest = people.shift();
      if (oldest) await file(oldest, 'replace', () => client.users.delete(oldest.userId));
    },
    takeLatencies: () => {
      const taken = latencies;
      latencies = { addMs: [], askMs: [] };
      return taken;
    },
  };
};

/** How many people there are at any time. */
export const PEOPLE = COUNT;
