import type { Client, Parameter, Rows } from './client.ts';
import { isBroken, isCollision } from './errors.ts';
import type { Pool, Queryable } from './pool.ts';

/** Times that a transaction is run which the database undoes because of others. */
const MOST_TRIES = 5;

/** The transaction of the moment. Statements that are sent without waiting travel together, and run in that order. */
export class Transaction implements Queryable {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  query(text: string, parameters?: readonly Parameter[]): Promise<Rows> {
    return this.#client.query(text, parameters);
  }
}

const runOnce = async <T>(client: Client, run: (tx: Transaction) => Promise<T>): Promise<T> => {
  await client.command('BEGIN');
  try {
    const value = await run(new Transaction(client));
    const { command } = await client.command('COMMIT');
    // A statement failed, and `run` did not say so.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back in place of its commit.');
    return value;
  } catch (error) {
    // A connection that does not come back to rest is not used again.
    if (isBroken(error) || client.isBroken) client.destroy();
    else await client.command('ROLLBACK').catch(() => client.destroy());
    throw error;
  }
};

/**
 * Reads one snapshot in one trip: its statements travel together with what begins and ends the transaction.
 *
 * @param read sends all of its statements before it first waits. What it sent later would be outside the transaction.
 */
export const inSnapshot = <T>(pool: Pool, read: (tx: Transaction) => Promise<T>): Promise<T> =>
  pool.with(async (client) => {
    const begun = client.command('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const reading = read(new Transaction(client));
    // When a statement has failed, it is rolled back by this.
    const ended = client.command('COMMIT');
    // All are over before the connection is another's, and the first that failed says why.
    const [begin, value, end] = await Promise.allSettled([begun, reading, ended]);
    for (const one of [begin, value, end]) if (one.status === 'rejected') throw one.reason;
    return (value as PromiseFulfilledResult<T>).value;
  });

/**
 * Runs a transaction on a connection of the pool, and again when the database undid it because of others. It is never run
 * again after its connection broke, because it may have been committed.
 */
export const inTransaction = async <T>(pool: Pool, run: (tx: Transaction) => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await pool.with((client) => runOnce(client, run));
    } catch (error) {
      if (!isCollision(error) || tries === MOST_TRIES) throw error;
    }
  }
};
