import postgres from 'postgres';
import { fromStored, toStored } from './text.ts';

/** How long a connection may take to open. */
const CONNECT_TIMEOUT_S = 5;

/** How long a statement may take. */
export interface Patience {
  /** Until it is answered; then the connection is thrown away. */
  readonly queryMs: number;
  /** The same for what the server does by itself: a little less, so that it is the server that ends a statement. */
  readonly statementMs: number;
  /** Of that, waiting for a lock. */
  readonly lockMs: number;
}

/** What a migration or a slice of background work may take. */
export const PATIENT: Patience = { queryMs: 60_000, statementMs: 50_000, lockMs: 20_000 };
/** What a request may take: a connection that died without a word is noticed after it, and no sooner. */
export const PROMPT: Patience = { queryMs: 25_000, statementMs: 20_000, lockMs: 15_000 };

/** What a statement may be given. An array goes as the text that `arrayOf` makes. */
export type Parameter = string | number | boolean | null | Uint8Array;
export type Row = Record<string, unknown>;
export interface Rows {
  readonly rows: readonly Row[];
  /** Rows that a statement changed, or that it answered. */
  readonly count: number;
  /** What it was: `COMMIT`, or `ROLLBACK` in its place. */
  readonly command: string;
}

const numberFrom = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('The database answered an integer that is too large.');
  return value;
};

/** How values travel: text as `toStored` makes it, 64-bit integers as numbers, JSON as the text that it is. */
const TYPES = {
  text: { to: 25, from: [25], serialize: (value: unknown) => toStored(String(value)), parse: fromStored },
  integer: { to: 20, from: [20], serialize: String, parse: numberFrom },
  json: { to: 3802, from: [114, 3802], serialize: String, parse: (text: string) => JSON.parse(text) as unknown },
};

/**
 * Every plan is that of the indexes, whatever is known of a young table, and is made once: with statistics of an empty table
 * Postgres reads whole tables, and with a plan for each call an add takes twice as long. Compiling (JIT) makes groups of
 * adds four times as slow.
 */
const SETTINGS = {
  application_name: 'memfuse',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  default_transaction_isolation: 'read committed',
} as const;

/** The error of a connection that must not be used again. */
const broken = (code: string): Error => Object.assign(new Error('The connection to the database is broken.'), { code });

/**
 * One connection to Postgres. The driver has one connection for it and would open another behind our back when that is
 * lost, in the middle of a transaction too; so a client whose connection was lost refuses everything from then on. It uses
 * neither the driver's `begin` nor `reserve` nor COPY: all of them hang, on Bun 1.4.5 and postgres 3.4.9, when a backend is
 * killed.
 */
export class Client {
  readonly #sql: postgres.Sql;
  readonly #queryMs: number;
  #isBroken = false;

  constructor(url: string, { queryMs, statementMs, lockMs }: Patience = PATIENT) {
    this.#queryMs = queryMs;
    const timeouts = {
      statement_timeout: statementMs,
      lock_timeout: lockMs,
      idle_in_transaction_session_timeout: statementMs,
    };
    this.#sql = postgres(url, {
      max: 1,
      connect_timeout: CONNECT_TIMEOUT_S,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => {},
      onclose: () => {
        this.#isBroken = true;
      },
      transform: { column: { from: postgres.toCamel } },
      types: TYPES as never,
      connection: { ...SETTINGS, ...timeouts } as never,
    });
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Runs one statement, which is prepared at its first use. Errors: those of the driver. */
  query(text: string, parameters: readonly Parameter[] = []): Promise<Rows> {
    return this.#send(text, parameters, { prepare: true, simple: false });
  }

  /** Runs statements without parameters: several at once, or one that is no query, such as `BEGIN`. */
  command(text: string): Promise<Rows> {
    return this.#send(text, [], { simple: true });
  }

  /** Nobody can use it any more; what it was doing fails. */
  destroy(): void {
    this.#isBroken = true;
    // It fails when there was no connection, which is nothing to hear of.
    this.#sql.end({ timeout: 0 }).catch(() => {});
  }

  /** Ends it in good order, when nothing is at work on it. */
  async close(): Promise<void> {
    this.#isBroken = true;
    await this.#sql.end({ timeout: 1 });
  }

  async #send(text: string, parameters: readonly Parameter[], options: object): Promise<Rows> {
    if (this.#isBroken) throw broken('CONNECTION_CLOSED');
    // The driver replaces the parameters by what it sends.
    const sent = this.#sql.unsafe(text, [...parameters] as never[], options as never);
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(broken('QUERY_TIMEOUT')), this.#queryMs);
    try {
      const result = await Promise.race([sent, timeout.promise]);
      return { rows: result, count: result.count ?? 0, command: result.command };
    } finally {
      clearTimeout(timer);
    }
  }
}
