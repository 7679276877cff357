import type { TokenCounter } from '../../../src/buffer/token-counter.ts';

/** Counts characters for tokens, exactly and at once. */
export const fakeCounter = (): TokenCounter => ({
  known: () => undefined,
  count: async (texts) => texts.map((text) => text.length),
  isBehind: false,
  close: async () => {},
});
