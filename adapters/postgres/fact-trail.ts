import type { FactChange, FactSnapshot } from '../../src/contract/facts.ts';
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { Transaction } from './transaction.ts';

interface Place {
  readonly tenantKey: number;
  readonly userKey: number;
  readonly factKey: number;
}

interface Event {
  readonly change: FactChange;
  readonly reason: string;
  readonly before: FactSnapshot | null;
  readonly after: FactSnapshot;
}

const sql = openStatements(factsFilingSql);

const lastOf = async (tx: Transaction, place: Place): Promise<number> =>
  (await sql.get<{ number: number }>(tx, 'last_event', { ...place }))?.number ?? 0;

/** The history of facts: the newest events of each. */
export const FACT_TRAIL = {
  isEmpty: async (tx: Transaction, place: Place): Promise<boolean> => (await lastOf(tx, place)) === 0,
  add: async (
    tx: Transaction,
    place: Place & { readonly at: number },
    { before, after, ...event }: Event,
    most: number,
  ): Promise<void> => {
    const number = (await lastOf(tx, place)) + 1;
    const states = { before: before && JSON.stringify(before), after: JSON.stringify(after) };
    await sql.run(tx, 'insert_event', { ...place, ...event, ...states, number });
    if (number > most) await sql.run(tx, 'forget_events', { ...place, upTo: number - most });
  },
  clear: async (tx: Transaction, place: Place): Promise<void> => {
    await sql.run(tx, 'forget_events', { ...place, upTo: Number.MAX_SAFE_INTEGER });
  },
  /** What the newest change that can be taken back found, and marks it as taken back; null when there is none. */
  takeBack: async (tx: Transaction, place: Place): Promise<FactSnapshot | null> => {
    const found = await sql.get<{ number: number; before: string }>(tx, 'last_to_undo', { ...place });
    if (!found) return null;
    await sql.run(tx, 'mark_undone', { ...place, number: found.number });
    return JSON.parse(found.before) as FactSnapshot;
  },
};
