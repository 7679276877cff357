import { type Connection, openReadConnection } from './connection.ts';
import { toMemfuseError } from './errors.ts';
import { openReads, type Reads } from './reads.ts';
import { TickSnapshot } from './tick-snapshot.ts';

/** The verbs of a facet that read, as the contract has them. */
type Reading<F extends keyof Reads> = {
  [V in keyof Reads[F]]: Reads[F][V] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** A snapshot on a connection of its own, which goes when it cannot be had. */
const openSnapshot = (db: Connection): TickSnapshot => {
  try {
    return new TickSnapshot(db);
  } catch (error) {
    db.close();
    throw error;
  }
};

/** What reads the file for one role, on one connection: a read takes microseconds on the calling thread, so one is enough. */
export class Readers {
  readonly #db: Connection;
  readonly #snapshot: TickSnapshot;
  readonly #reads: Reads;
  readonly #assertThere: () => void;

  /** @param assertThere is called before each read. Errors: those to be answered in place of it. */
  constructor(file: string, assertThere: () => void) {
    this.#assertThere = assertThere;
    this.#db = openReadConnection(file);
    this.#snapshot = openSnapshot(this.#db);
    this.#reads = openReads(this.#db);
  }

  /** Some verbs of a facet, asynchronous and with the contract's errors. */
  facet<F extends keyof Reads, V extends keyof Reads[F]>(name: F, verbs: readonly V[]): Pick<Reading<F>, V> {
    const entries = verbs.map((verb) => [verb, (...args: never[]) => this.#read(name, verb, args)]);
    return Object.fromEntries(entries) as Pick<Reading<F>, V>;
  }

  /** Errors: `storage_unavailable` when the file cannot be read. */
  async ping(): Promise<void> {
    await this.#read('tenants', 'find', [''] as never);
  }

  /** Called when there is something newer to see. */
  endSnapshot(): void {
    this.#snapshot.end();
  }

  close(): void {
    this.#snapshot.end();
    this.#db.close();
  }

  async #read<F extends keyof Reads>(facet: F, verb: keyof Reads[F], args: readonly never[]): Promise<unknown> {
    try {
      this.#assertThere();
      this.#snapshot.enter();
      return (this.#reads[facet][verb] as (...args: readonly never[]) => unknown)(...args);
    } catch (error) {
      throw toMemfuseError(error);
    }
  }
}
