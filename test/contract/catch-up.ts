import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { IdentityRecord } from '../../src/contract/records.ts';
import { catchUp, type HeldIndex, loadIndex } from './held-index.ts';
import { memoryOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present, type World } from './world.ts';

const SEED = 20_260_102;

/** A change, by what it does and by numbers that choose among what is there. */
interface Change {
  readonly verb: keyof ReturnType<typeof changesOf>;
  readonly pick: number;
  readonly count: number;
}

type Thing = { readonly id: string; readonly of: string };

/** Two users, two agents, and what is there of their memory. */
interface History {
  readonly world: World;
  readonly users: readonly IdentityRecord[];
  /** Ids. */
  readonly agents: string[];
  /** Each of its agent. */
  readonly sessions: Thing[];
  /** Each of its session. */
  readonly messages: Thing[];
  /** Each of its user. */
  readonly facts: Thing[];
}

const createHistory = async (world: World): Promise<History> => {
  const users = [await world.user(), await world.user()];
  const agents = [(await world.agent()).id, (await world.agent()).id];
  return { world, users, agents, sessions: [], messages: [], facts: [] };
};

const choose = <T>(things: readonly T[], pick: number): T | undefined => things[pick % Math.max(1, things.length)];

/** All that can happen to it. `pick` chooses among what is there, `count` says how many; nothing there, nothing happens. */
const changesOf = (history: History) => {
  const { world, users, agents } = history;
  const { store, scope } = world;
  const user = (pick: number) => present(choose(users, pick));
  const some = (things: readonly Thing[], pick: number, count: number): Thing[] => {
    const of = choose(things, pick)?.of;
    return things.filter((thing) => thing.of === of).slice(0, count);
  };
  const idsOf = (things: readonly Thing[]) => things.map(({ id }) => id);
  const drop = (things: Thing[], gone: (thing: Thing) => boolean) => {
    for (let i = things.length - 1; i >= 0; i -= 1) {
      if (gone(present(things[i]))) things.splice(i, 1);
    }
  };
  const dropSessions = (ids: readonly string[]) => {
    drop(history.sessions, ({ id }) => ids.includes(id));
    drop(history.messages, ({ of }) => ids.includes(of));
  };

  return {
    openSession: async (pick: number) => {
      const id = mintId();
      const agentId = present(choose(agents, pick >> 1));
      await store.sessions.create(scope, { id, userId: user(pick).id, agentId, name: id, at: world.at() });
      history.sessions.push({ id, of: agentId });
    },
    append: async (pick: number, count: number) => {
      const session = choose(history.sessions, pick);
      if (!session) return;
      const roles = ['user', 'assistant', 'system'] as const;
      const messages = Array.from({ length: count }, (_, i) =>
        world.message(`said ${i}`, { role: present(choose(roles, pick + i)), name: pick % 5 === 0 ? 'Bob' : null }),
      );
      await store.messages.append(scope, session.id, messages);
      history.messages.push(...messages.map(({ id }) => ({ id, of: session.id })));
    },
    rewrite: async (pick: number, count: number) => {
      const chosen = some(history.messages, pick, count);
      const changes = chosen.map(({ id }) => ({ id, role: 'user', content: `rewritten ${world.at()}` }) as const);
      if (chosen[0]) await store.messages.update(scope, chosen[0].of, changes, world.at());
    },
    forget: async (pick: number, count: number) => {
      const chosen = some(history.messages, pick, count);
      if (chosen[0]) await store.messages.delete(scope, chosen[0].of, idsOf(chosen), world.at());
      drop(history.messages, (message) => chosen.includes(message));
    },
    learn: async (pick: number, count: number) => {
      const items = Array.from({ length: count }, (_, i) => ({ id: mintId(), content: `fact ${i}` }));
      await store.knowledge.add(scope, user(pick).id, items, world.at());
      history.facts.push(...items.map(({ id }) => ({ id, of: user(pick).id })));
    },
    relearn: async (pick: number, count: number) => {
      const chosen = some(history.facts, pick, count);
      const changes = chosen.map(({ id }) => ({ id, content: `relearned ${world.at()}` }));
      if (chosen[0]) await store.knowledge.update(scope, chosen[0].of, changes, world.at());
    },
    unlearn: async (pick: number, count: number) => {
      const chosen = some(history.facts, pick, count);
      if (chosen[0]) await store.knowledge.delete(scope, chosen[0].of, idsOf(chosen));
      drop(history.facts, (fact) => chosen.includes(fact));
    },
    renameSession: async (pick: number) => {
      const session = choose(history.sessions, pick);
      if (session) await store.sessions.update(scope, session.id, { name: mintId(), at: world.at() });
    },
    renameUser: (pick: number) => store.users.update(scope, user(pick).id, { name: mintId(), at: world.at() }),
    renameAgent: (pick: number) =>
      store.agents.update(scope, present(choose(agents, pick)), { name: mintId(), at: world.at() }),
    describeUser: (pick: number) => store.users.update(scope, user(pick).id, { description: mintId(), at: world.at() }),
    closeSession: async (pick: number) => {
      const session = choose(history.sessions, pick);
      if (!session) return;
      await store.sessions.delete(scope, session.id);
      dropSessions([session.id]);
    },
    replaceAgent: async (pick: number) => {
      const place = pick % agents.length;
      const agentId = present(agents[place]);
      await store.agents.delete(scope, agentId);
      agents[place] = (await world.agent()).id;
      dropSessions(history.sessions.filter(({ of }) => of === agentId).map(({ id }) => id));
    },
  };
};

const VERBS: readonly Change['verb'][] = [
  'openSession',
  'append',
  'append',
  'append',
  'rewrite',
  'forget',
  'forget',
  'learn',
  'relearn',
  'unlearn',
  'renameSession',
  'renameUser',
  'renameAgent',
  'describeUser',
  'closeSession',
  'replaceAgent',
];

const change = fc.record<Change>({
  verb: fc.constantFrom(...VERBS),
  pick: fc.nat({ max: 1_000 }),
  count: fc.integer({ min: 1, max: 4 }),
});

const OPENING: readonly Change[] = [
  { verb: 'openSession', pick: 0, count: 1 },
  { verb: 'openSession', pick: 3, count: 1 },
  { verb: 'append', pick: 0, count: 3 },
  { verb: 'append', pick: 1, count: 3 },
  { verb: 'learn', pick: 0, count: 2 },
];

export const describeCatchUp = (open: OpenStore): void =>
  describe('an index that catches up', () => {
    const shared = shareStore(open);

    test('holds what a full load holds, from whatever older generation and with writers in between', async () => {
      const step = fc.record({ change, back: fc.nat({ max: 50 }), meanwhile: fc.option(change) });
      const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const history = await createHistory(await shared.createWorld());
        const { world, users } = history;
        const changes = changesOf(history);
        const { store, tenantKey } = world;
        const run = ({ verb, pick, count }: Change) => changes[verb](pick, count);
        for (const opening of OPENING) await run(opening);
        const held = await Promise.all(users.map(async ({ key }) => [await loadIndex(store, tenantKey, key)]));
        for (const { change, back, meanwhile } of steps) {
          await run(change);
          for (const [i, { key }] of users.entries()) {
            const indexes = held[i] as HeldIndex[];
            const older = present(choose(indexes, back));
            const writer = async () => meanwhile && (await run(meanwhile));
            const disturbed = await catchUp(store, tenantKey, key, older, i === 0 ? writer : undefined);
            const index = await catchUp(store, tenantKey, key, disturbed);
            expect(index).toEqual(await loadIndex(store, tenantKey, key));
            indexes.push(disturbed, index);
          }
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: 30 });
    });

    test('is told by the generation of every change that it or a result would show, and never goes back', async () => {
      const property = fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 25 }), async (steps) => {
        const history = await createHistory(await shared.createWorld());
        const { world, users } = history;
        const changes = changesOf(history);
        const { store, tenantKey } = world;
        const look = ({ key }: { key: number }) =>
          Promise.all([store.corpus.generation(tenantKey, key), memoryOf(store, tenantKey, key)]);
        let before = await Promise.all(users.map(look));
        for (const { verb, pick, count } of [...OPENING, ...steps]) {
          await changes[verb](pick, count);
          const after = await Promise.all(users.map(look));
          for (const [i, [generation, memory]] of after.entries()) {
            const [was, shown] = present(before[i]);
            expect(present(generation)).toBeGreaterThanOrEqual(present(was));
            if (generation === was) expect({ verb, memory }).toEqual({ verb, memory: shown });
          }
          before = after;
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: 30 });
    });
  });
