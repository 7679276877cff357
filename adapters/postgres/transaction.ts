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

export type Isolation = 'snapshot' | 'usual';

const BEGIN: Readonly<Record<Isolation, string>> = {
  usual: 'BEGIN',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
};

const runOnce = async <T>(client: Client, isolation: Isolation, run: (tx: Transaction) => Promise<T>): Promise<T> => {
  await client.command(BEGIN[isolation]);
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
 * Runs a transaction on a connection of the pool, and again when the database undid it because of others. It is never run
 * again after its connection broke, because it may have been committed.
 */
export const inTransaction = async <T>(
  pool: Pool,
  run: (tx: Transaction) => Promise<T>,
  isolation: Isolation = 'usual',
): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await pool.with((client) => runOnce(client, isolation, run));
    } catch (error) {
      if (!isCollision(error) || tries === MOST_TRIES) throw error;
    }
  }
};
