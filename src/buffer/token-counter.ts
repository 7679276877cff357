import { LRUCache } from 'lru-cache';
import { sha256Hex } from '../platform/digest.ts';
import type { Log } from '../platform/log.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { createWorkerChannel } from '../platform/worker-channel.ts';

/** The handlers of the token Worker. */
export type TokenHandlers = { count: (texts: readonly string[]) => number[] };

export interface TokenCounter {
  /** The exact count when it is known already. */
  known(text: string): number | undefined;
  /** Exact counts (o200k), in order. Errors: the Worker died; `CountingEndedError`. */
  count(texts: readonly string[]): Promise<number[]>;
  close(): Promise<void>;
}

/** The counter was closed before it had counted. */
export class CountingEndedError extends Error {
  constructor(cause?: unknown) {
    super('The token counter was closed before it had counted.', { cause });
    this.name = 'CountingEndedError';
  }
}

/** Pause in which counts gather, so that a burst of rounds is one trip to the Worker. */
const GATHER_MS = 5;

/**
 * Exact token counts by gpt-tokenizer, in a Worker of its own that starts with the first text: loading the vocabulary
 * takes 0.4 s and 110 MB. Counts are kept by content, the least recently used going first.
 */
export const createTokenCounter = (cacheSize: number, scheduler: Scheduler, log: Log): TokenCounter => {
  const counts = new LRUCache<string, number>({ max: cacheSize });
  const channel = createWorkerChannel<TokenHandlers>({
    name: 'token',
    entry: new URL('../workers/tokens.ts', import.meta.url),
    data: null,
    onDeath: (error) => log.error({ err: error }, 'the token Worker died'),
  });
  let isClosed = false;
  let gathering: { texts: Map<string, string>; counted: Promise<Map<string, number>> } | null = null;

  const countAll = async (texts: Map<string, string>): Promise<Map<string, number>> => {
    await new Promise<void>((resolve) => scheduler.after(GATHER_MS, resolve));
    gathering = null;
    if (isClosed) throw new CountingEndedError();
    const numbers = await channel.call('count', [...texts.values()]).catch((error) => {
      throw isClosed ? new CountingEndedError(error) : error;
    });
    const counted = new Map([...texts.keys()].map((hash, i) => [hash, numbers[i] ?? 0]));
    for (const [hash, tokens] of counted) counts.set(hash, tokens);
    return counted;
  };

  const gather = (hash: string, text: string): Promise<Map<string, number>> => {
    if (!gathering) {
      const texts = new Map<string, string>();
      gathering = { texts, counted: countAll(texts) };
    }
    gathering.texts.set(hash, text);
    return gathering.counted;
  };

  return {
    known: (text) => counts.get(sha256Hex(text)),
    count: (texts) =>
      Promise.all(
        texts.map(async (text) => {
          const hash = sha256Hex(text);
          return counts.get(hash) ?? (await gather(hash, text)).get(hash) ?? 0;
        }),
      ),
    close: async () => {
      isClosed = true;
      await channel.close();
    },
  };
};

/**
 * The same counts on the calling thread, for those who wait for them within a request: the Worker gathers for a while
 * and has the lowest priority, which is right behind an answer and wrong before one. Keeps nothing.
 */
export const createInlineTokenCounter = (): TokenCounter => ({
  known: () => undefined,
  count: async (texts) => {
    const { countText } = await import('./count-text.ts');
    return texts.map(countText);
  },
  close: async () => {},
});
