import type { FactChange, FactSnapshot } from '../../src/contract/facts.ts';
import type { Statements } from './statements.ts';

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

/** The history of facts: the newest events of each. */
export const openFactTrail = (sql: Statements) => {
  const lastOf = (place: Place): number => sql('last_event').pluck().get(place) as number;
  return {
    isEmpty: (place: Place): boolean => lastOf(place) === 0,
    add: (place: Place & { readonly at: number }, { before, after, ...event }: Event, most: number): void => {
      const number = lastOf(place) + 1;
      const states = { before: before && JSON.stringify(before), after: JSON.stringify(after) };
      sql('insert_event').run({ ...place, ...event, ...states, number });
      if (number > most) sql('forget_events').run({ ...place, upTo: number - most });
    },
    clear: (place: Place): void => {
      sql('forget_events').run({ ...place, upTo: Number.MAX_SAFE_INTEGER });
    },
    /** What the newest change that can be taken back found, and marks it as taken back; null when there is none. */
    takeBack: (place: Place): FactSnapshot | null => {
      const found = sql('last_to_undo').get(place) as { number: number; before: string } | undefined;
      if (!found) return null;
      sql('mark_undone').run({ ...place, number: found.number });
      return JSON.parse(found.before) as FactSnapshot;
    },
  };
};
