import type { Statements } from './statements.ts';

/** What a row costs to delete is counted in pages: its bytes are overwritten. */
const PAGE_BYTES = 4_096;

/**
 * Deletes rows of an owner who is gone, from the first on, as many as there is room for. Answers what that took, in rows of a
 * page each; 0 when none are left. `name` is a statement that lists rows as `place` and `bytes`, in ascending order of place,
 * and `remove_<name>` one that deletes them up to a place.
 */
export const openRowRemoval =
  (sql: Statements) =>
  (name: string, key: number, room: number): number => {
    const rows = sql(name).all({ key, limit: room }) as { place: number; bytes: number }[];
    let [taken, last] = [0, -1];
    for (const { place, bytes } of rows) {
      const more = 1 + Math.floor(bytes / PAGE_BYTES);
      if (last >= 0 && taken + more > room) break;
      taken += more;
      last = place;
    }
    if (rows.length > 0) sql(`remove_${name}`).run({ key, upTo: last });
    return taken;
  };
