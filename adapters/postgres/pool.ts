import { MemfuseError } from '../../src/contract/errors.ts';
import { Client, PATIENT, type Parameter, type Patience, type Rows } from './client.ts';
import { isBroken } from './errors.ts';

/** Requests waiting for a connection at most. */
const MAX_WAITING = 10_000;

type Waiting = { readonly resolve: (client: Client) => void; readonly reject: (error: unknown) => void };

/** What runs statements: a pool, each on any connection, or a transaction. */
export interface Queryable {
  query(text: string, parameters?: readonly Parameter[]): Promise<Rows>;
}

const shuttingDown = (): MemfuseError => new MemfuseError('storage_unavailable', 'The server is shutting down.');

/**
 * Connections to one database, each lent to one at a time, the one that came back last first. A connection on which anything
 * broke is thrown away and the next one is opened when it is needed. Nothing is checked on the way of a call.
 */
export class Pool implements Queryable {
  readonly #url: string;
  readonly #most: number;
  readonly #patience: Patience;
  readonly #onError: (error: unknown) => void;
  readonly #free: Client[] = [];
  readonly #waiting: Waiting[] = [];
  #lent = 0;
  #isClosed = false;
  #onIdle: (() => void) | null = null;

  /** @param onError told of what calls end in, before whoever called is. */
  constructor(url: string, most: number, patience: Patience = PATIENT, onError: (error: unknown) => void = () => {}) {
    this.#url = url;
    this.#most = most;
    this.#patience = patience;
    this.#onError = onError;
  }

  /** Lends a connection for as long as `use` takes. Errors: those of `use`; `overloaded`; `storage_unavailable`. */
  async with<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#take();
    try {
      return await use(client);
    } catch (error) {
      if (isBroken(error)) client.destroy();
      this.#onError(error);
      throw error;
    } finally {
      this.#giveBack(client);
    }
  }

  query(text: string, parameters?: readonly Parameter[]): Promise<Rows> {
    return this.with((client) => client.query(text, parameters));
  }

  /** Takes no more calls, waits for those that it has taken, then closes the connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#lent > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await Promise.all(this.#free.splice(0).map((client) => client.close()));
  }

  #take(): Promise<Client> | Client {
    if (this.#isClosed) throw shuttingDown();
    if (this.#lent < this.#most) {
      this.#lent += 1;
      return this.#next();
    }
    if (this.#waiting.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} calls are waiting for the database already. Send the request again later.`;
      throw new MemfuseError('overloaded', message);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #next(): Client {
    for (let client = this.#free.pop(); client; client = this.#free.pop()) {
      if (!client.isBroken) return client;
      client.destroy();
    }
    return new Client(this.#url, this.#patience);
  }

  #giveBack(client: Client): void {
    const waiting = this.#waiting.shift();
    if (waiting) {
      if (client.isBroken) client.destroy();
      waiting.resolve(client.isBroken ? this.#next() : client);
      return;
    }
    this.#lent -= 1;
    if (client.isBroken) client.destroy();
    else this.#free.push(client);
    if (this.#lent === 0) this.#onIdle?.();
  }
}
