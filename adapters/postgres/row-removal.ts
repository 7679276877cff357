import type { Statements, Values } from './statements.ts';
import type { Transaction } from './transaction.ts';

/** What a row costs to delete is counted in pages of its bytes. */
const PAGE_BYTES = 8_192;

/**
 * Deletes rows of an owner who is gone, from the first on, as many as there is room for. Answers what that took, in rows of a
 * page each; 0 when none are left. `name` is a statement that lists rows as `place` and `bytes`, in ascending order of place,
 * and `remove_<name>` one that deletes them up to a place.
 */
export const removeRows = async (
  sql: Statements,
  tx: Transaction,
  name: string,
  owner: Values,
  room: number,
): Promise<number> => {
  const rows = await sql.all<{ place: number; bytes: number }>(tx, name, { ...owner, limit: room });
  let [taken, last] = [0, -1];
  for (const { place, bytes } of rows) {
    const more = 1 + Math.floor(bytes / PAGE_BYTES);
    if (last >= 0 && taken + more > room) break;
    taken += more;
    last = place;
  }
  if (rows.length > 0) await sql.run(tx, `remove_${name}`, { ...owner, upTo: last });
  return taken;
};
