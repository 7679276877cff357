import { afterAll, beforeAll } from 'bun:test';
import type { Store } from '../../src/contract/store.ts';
import { createWorld, type World } from './world.ts';

/** A fresh and empty store of one adapter. Whoever asked for it closes it by the contract's own `close`. */
export interface StoreUnderTest {
  readonly store: Store;
  /** One more store over the same data, opened as another process would. Closed by whoever asked for it. */
  openAnother(): Promise<Store>;
  /** Removes the data, once every store over it is closed. */
  remove(): Promise<void>;
}

export type OpenStore = () => Promise<StoreUnderTest>;

/**
 * One store for all tests of the enclosing `describe`, because opening an engine can take a second; each test takes a
 * tenant of its own in it.
 */
export const shareStore = (open: OpenStore): { readonly store: Store; createWorld(): Promise<World> } => {
  let opened: StoreUnderTest | null = null;
  const store = (): Store => {
    if (!opened) throw new Error('The store is open while tests run, not while they are declared.');
    return opened.store;
  };
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened?.store.close();
    await opened?.remove();
  });
  return {
    get store() {
      return store();
    },
    createWorld: () => createWorld(store()),
  };
};
