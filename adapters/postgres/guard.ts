import { MemfuseError } from '../../src/contract/errors.ts';
import { toMemfuseError } from './errors.ts';

type Verb = (...args: never[]) => Promise<unknown>;
type Verbs = Readonly<Record<string, Verb>>;

/** Runs something that fails with errors of the contract alone. */
export const guard = async <T>(run: () => Promise<T> | T): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw toMemfuseError(error);
  }
};

/** The verbs of a facet, which fail with errors of the contract alone. */
export const guardFacet = <F extends object>(facet: F): F =>
  Object.fromEntries(
    Object.entries(facet as unknown as Verbs).map(([name, verb]) => [
      name,
      (...args: never[]) => guard(() => verb(...args)),
    ]),
  ) as unknown as F;

/** The calls of a store: a store that closes takes no more, and finishes those that it has taken. */
export class Guarded {
  #underWay = 0;
  #isClosed = false;
  #onIdle: (() => void) | null = null;

  /** A verb that answers once. */
  verb<A extends unknown[], R>(run: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      this.#assertOpen();
      this.#underWay += 1;
      try {
        return await guard(() => run(...args));
      } finally {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#onIdle?.();
      }
    };
  }

  /** The verbs of a facet. */
  facet<F extends object>(facet: F): F {
    const verbs = Object.entries(facet as unknown as Verbs).map(([name, verb]) => [name, this.verb(verb)]);
    return Object.fromEntries(verbs) as unknown as F;
  }

  /** A verb that answers in batches. */
  pages<A extends unknown[], T>(run: (...args: A) => AsyncIterable<T>): (...args: A) => AsyncIterable<T> {
    const assertOpen = (): void => this.#assertOpen();
    return async function* (...args) {
      assertOpen();
      try {
        yield* run(...args);
      } catch (error) {
        throw toMemfuseError(error);
      }
    };
  }

  /** Resolves when no call is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new MemfuseError('storage_unavailable', 'The server is shutting down.');
  }
}
