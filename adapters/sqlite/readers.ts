import { Pool, type PoolReport } from '../../src/platform/pool.ts';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import { type Connection, openReadConnection } from './connection.ts';
import { toMemfuseError } from './errors.ts';
import { openReads, type Reads } from './reads.ts';
import { TickSnapshot } from './tick-snapshot.ts';

/** How the reading connections of a store are kept. */
export interface ReaderPoolSettings {
  readonly min: number;
  readonly max: number;
  readonly acquireTimeoutMs: number;
  readonly leakAfterMs: number;
  readonly onLeak: (report: { readonly pool: string; readonly heldMs: number; readonly stack: string }) => void;
}

type Reader = { readonly db: Connection; readonly reads: Reads; readonly snapshot: TickSnapshot };

/** The verbs of a facet that read, as the contract has them. */
type Reading<F extends keyof Reads> = {
  [V in keyof Reads[F]]: Reads[F][V] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** Reading connections to one file, each with its statements prepared and its snapshot. */
export class Readers {
  readonly #pool: Pool<Reader>;
  readonly #assertThere: () => void;

  /** @param assertThere is called before each read. Errors: those to be answered in place of it. */
  constructor(
    name: string,
    file: string,
    { min, max, acquireTimeoutMs, leakAfterMs, onLeak }: ReaderPoolSettings,
    assertThere: () => void,
  ) {
    this.#assertThere = assertThere;
    const open = (): Reader => {
      const db = openReadConnection(file);
      return { db, reads: openReads(db), snapshot: new TickSnapshot(db) };
    };
    const close = ({ db, snapshot }: Reader): void => {
      snapshot.end();
      db.close();
    };
    const times = { scheduler: systemScheduler, nowMs: () => performance.now() };
    this.#pool = new Pool({ name, min, max, acquireTimeoutMs, leakAfterMs, onLeak, open, close, ...times });
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
  endSnapshots(): void {
    this.#pool.forEach(({ snapshot }) => {
      snapshot.end();
    });
  }

  report(): PoolReport {
    return this.#pool.report();
  }

  close(): void {
    this.#pool.close();
  }

  async #read<F extends keyof Reads>(facet: F, verb: keyof Reads[F], args: readonly never[]): Promise<unknown> {
    try {
      this.#assertThere();
      return await this.#pool.use(({ reads, snapshot }) => {
        snapshot.enter();
        return (reads[facet][verb] as (...args: readonly never[]) => unknown)(...args);
      });
    } catch (error) {
      throw toMemfuseError(error);
    }
  }
}
