import { type OutboxTask, PRIORITY } from '../../src/contract/outbox.ts';
import {
  type Filed,
  MOST_READ,
  type Outcome,
  type RangeVersion,
  type WorkFacet,
  type WorkMessage,
  type WorkReader,
} from '../../src/contract/work.ts';
import { messagesBefore } from '../earlier-messages.ts';
import type { FinishedTasks } from '../finished-tasks.ts';
import type { Context } from './context.ts';
import { episodeBefore } from './episodes.ts';
import { openNominations } from './facts.ts';
import { lockMemories } from './memories.ts';
import type { Pool } from './pool.ts';
import { reportOn } from './reports.ts';
import takingSql from './sql/taking.sql' with { type: 'text' };
import workSql from './sql/work.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inTransaction, type Transaction } from './transaction.ts';

/** Tasks that one statement looks at, and brings to the present when a clock had put them off. */
const REWOUND_AT_A_TIME = 1_000;

/** The most urgent first. */
const PRIORITIES = Object.values(PRIORITY).toSorted((a, b) => b - a);

const taking = openStatements(takingSql);
const sql = openStatements(workSql);

type Keyed = { readonly key: number };

/** The reading side of the background work. */
export const openWorkReads = (pool: Pool): WorkReader => ({
  episodeBefore: (range) => episodeBefore(pool, range),
  ...openNominations(pool),
  read: async ({ tenantKey, userKey, sessionKey, firstSequence, lastSequence }, limitBefore = 0) => {
    const range = { tenantKey, userKey, sessionKey, firstSequence, lastSequence };
    // One more than is read tells whether there are more.
    const limits = { limit: MOST_READ.messages + 1, bytes: MOST_READ.bytes };
    type Read = WorkMessage & { generation: number; of: number };
    const rows = await sql.all<Read>(pool, 'messages', { ...range, ...limits });
    const messages: WorkMessage[] = [];
    let [highest, bytes] = [0, 0];
    for (const { generation, of: _of, ...message } of rows) {
      bytes += Buffer.byteLength(message.content);
      if (messages.length >= MOST_READ.messages || (messages.length > 0 && bytes > MOST_READ.bytes)) break;
      messages.push(message);
      highest = Math.max(highest, generation);
    }
    const earlier =
      limitBefore > 0
        ? await sql.all<WorkMessage & { generation: number }>(pool, 'messages_before', { ...range, limit: limitBefore })
        : [];
    const before = messagesBefore(earlier, firstSequence);
    const last = messages.at(-1);
    const isCut = messages.length < (rows[0]?.of ?? 0);
    const version = { messages: messages.length, generation: highest };
    return { messages, version, ...(before && { before }), ...(isCut && last && { cutAt: last.sequence }) };
  },
});

/** @param pool whose connections it takes: those of requests for a request that waits for its work. */
export const openWork = (
  { kinds, ids, tasks }: Pick<Context, 'kinds' | 'ids' | 'tasks'>,
  pool: Pool,
  finished: FinishedTasks,
): WorkFacet => {
  const isHeld = async (tx: Transaction, { taskKey, owner, ...outcome }: Outcome): Promise<boolean> => {
    const task = await taking.get<OutboxTask>(tx, 'held', { key: taskKey, owner });
    return (
      task?.kind === outcome.kind &&
      task.tenantKey === outcome.tenantKey &&
      task.userKey === outcome.userKey &&
      task.sessionKey === outcome.sessionKey &&
      task.firstSequence === outcome.firstSequence &&
      task.lastSequence === outcome.lastSequence
    );
  };

  const isStale = async (tx: Transaction, outcome: Outcome): Promise<boolean> => {
    const now = await sql.get<RangeVersion>(tx, 'version', { ...outcome });
    return now?.messages !== outcome.version.messages || now.generation !== outcome.version.generation;
  };

  const fileOne = async (tx: Transaction, outcome: Outcome): Promise<Filed> => {
    const kind = kinds[outcome.kind];
    if (!kind || !(await isHeld(tx, outcome))) return 'lost';
    if ((await isStale(tx, outcome)) || (await kind.filing.isOutdated?.(tx, outcome))) return 'stale';
    const { taskKey: key, tenantKey, userKey, owner } = outcome;
    await taking.run(tx, 'complete', { key, tenantKey, userKey, owner });
    await kind.filing.file(tx, outcome);
    return 'done';
  };

  return {
    ...openWorkReads(pool),
    reportOn: (task) => reportOn(pool, task),
    due: async (owner, now, limit, areNotices = false) => {
      const due: OutboxTask[] = [];
      for (const priority of PRIORITIES) {
        const room = limit - due.length;
        if (room > 0)
          due.push(
            ...(await taking.all<OutboxTask>(pool, 'due', { owner, now, priority, notices: areNotices, limit: room })),
          );
      }
      return due;
    },
    take: async (keys, owner, now, leaseUntil) => {
      if (keys.length === 0) return [];
      const found = await taking.all<Keyed & { userKey: number }>(pool, 'owners', { keys: arrayOf(keys) });
      const userOf = new Map(found.map(({ key, userKey }) => [key, userKey]));
      if (userOf.size === 0) return [];
      return inTransaction(pool, async (tx) => {
        // What runs one after the other is of one user, so nobody else takes any of it meanwhile.
        await lockMemories(tx, userOf.values());
        const taken: OutboxTask[] = [];
        for (const key of keys) {
          const userKey = userOf.get(key);
          if (userKey === undefined) continue;
          const task = await taking.get<OutboxTask>(tx, 'take', { key, userKey, owner, now });
          if (!task) continue;
          // What is taken next looks at it.
          if (taken.length === 0) await taking.run(tx, 'extend_lease', { owner, now, leaseUntil });
          taken.push(task);
        }
        return taken;
      });
    },
    beat: async (owner, now, leaseUntil) => {
      await taking.run(pool, 'extend_lease', { owner, now, leaseUntil });
      await taking.run(pool, 'forget_leases', { owner, now });
      return (await taking.all<Keyed>(pool, 'keys_held', { owner })).map(({ key }) => key);
    },
    rewind: async (owner, now) => {
      let rewound = 0;
      await taking.run(pool, 'rewind_leases', { owner, now });
      for (let after = 0; ; ) {
        const some = await taking.get<{ key: number | null }>(pool, 'last_of_some', {
          after,
          limit: REWOUND_AT_A_TIME,
        });
        const last = some?.key ?? null;
        if (last === null) return rewound;
        rewound += await taking.run(pool, 'rewind', { owner, now, after, last });
        after = last;
      }
    },
    retry: async (key, owner, failed) => {
      await taking.run(pool, 'retry', { ...failed, key, owner });
    },
    release: async (keys, owner, at) => {
      await taking.run(pool, 'release', { keys: arrayOf(keys), owner, at });
    },
    fail: async (key, owner, failed) => {
      await taking.run(pool, 'fail', { ...failed, key, owner });
    },
    split: (key, owner, { lastSequence, at }) =>
      inTransaction(pool, async (tx) => {
        const [found] = await taking.all<{ userKey: number }>(tx, 'owners', { keys: arrayOf([key]) });
        if (!found) return;
        await lockMemories(tx, [found.userKey]);
        const task = await taking.get<OutboxTask>(tx, 'held', { key, owner });
        if (!task) return;
        await taking.run(tx, 'shorten', { key, userKey: task.userKey, owner, lastSequence, at });
        const rest = { ...task, id: ids.uuid(), firstSequence: lastSequence + 1, dueAt: at, at };
        // What stands in the order of filing was filed together.
        await tasks.add(tx, { ...rest, generation: task.position });
      }),
    file: async (outcomes) => {
      if (outcomes.length === 0) return [];
      const filed = await inTransaction(pool, async (tx) => {
        await lockMemories(
          tx,
          outcomes.map(({ userKey }) => userKey),
        );
        const ends: Filed[] = [];
        for (const outcome of outcomes) ends.push(await fileOne(tx, outcome));
        return ends;
      });
      finished.add(outcomes, filed);
      return filed;
    },
  };
};
