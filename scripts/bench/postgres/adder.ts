import { openStore } from '../../../adapters/open.ts';
import { PRIORITY } from '../../../src/contract/outbox.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import type { Person } from '../people.ts';
import { CONTENTS } from '../workload.ts';

/** What an adder is told: add for so long by so many clients, to these people. */
export interface AddOrder {
  readonly clients: number;
  readonly durationMs: number;
  readonly people: readonly Person[];
}

/** How long the background leaves what is added: nothing is measured here but the add. */
const DUE_LATER_MS = 86_400_000;

/** A replica's store in a process of its own, which adds rounds of two messages as it is told over the channel to its parent. */
const store = await openStore(process.env['BENCH_DATABASE_URL'] ?? '', { use: 'server' });

const add = async ({ tenantKey, sessionId }: Person): Promise<void> => {
  const at = Date.now();
  const messages = CONTENTS.map(({ role, content }) => ({
    id: ids.uuid(),
    role,
    content,
    name: null,
    metadata: null,
    createdAt: at,
  }));
  const key = ids.uuid();
  const once = { userKey: null, method: 'POST', path: sessionId, key, bodyHash: key, at };
  const work = { kinds: ['index' as const], priority: PRIORITY.normal, at, dueAt: at + DUE_LATER_MS };
  await store.messages.append({ tenantKey, userKey: null }, sessionId, messages, once, work);
};

process.on('message', async ({ clients, durationMs, people }: AddOrder) => {
  const startedMs = performance.now();
  let added = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedMs < durationMs) {
      // As a load of many people is: not the same one twice in a row.
      await add(people[Math.floor(Math.random() * people.length)] as Person);
      added += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  process.send?.({ perSecond: (added * 1_000) / (performance.now() - startedMs) });
});
process.send?.('ready');
