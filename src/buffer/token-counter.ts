import { LRUCache } from 'lru-cache';
import { sha256Hex } from '../platform/digest.ts';
import type { Log } from '../platform/log.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { createWorkerChannel } from '../platform/worker-channel.ts';

/** The handlers of the token Worker. */
export type TokenHandlers = { count: (texts: readonly string[]) => number[] };

/** Who waits for counts: a request, or only the background (the default). */
export type CountFor = 'request' | 'background';

export interface TokenCounter {
  /** The exact count when it is known already. */
  known(text: string): number | undefined;
  /** Exact counts (o200k), in order; those for requests go first. Errors: the Worker died; `CountingEndedError`. */
  count(texts: readonly string[], countFor?: CountFor): Promise<number[]>;
  /** Whether so many texts wait that callers who can use an estimate should. */
  readonly isBehind: boolean;
  close(): Promise<void>;
}

/** The counter was closed before it had counted. */
export class CountingEndedError extends Error {
  constructor(cause?: unknown) {
    super('The token counter was closed before it had counted.', { cause });
    this.name = 'CountingEndedError';
  }
}

/** Pause in which counts of the background gather, so that a burst of rounds is one trip to the Worker. */
const GATHER_MS = 5;
/** Characters in one trip, some ten milliseconds of work, which is what a request waits for at the most; one text is always taken. */
const TRIP_CHARACTERS = 32_768;
/** Waiting characters from which on the counter is behind. */
const BEHIND_CHARACTERS = 4_194_304;
/** Time without an answer after which the Worker counts as hung. */
const SILENT_AFTER_MS = 30_000;

/** A text that waits for its count, with all callers who asked for it. */
interface Asked extends PromiseWithResolvers<number> {
  readonly hash: string;
  readonly text: string;
}

/**
 * Exact token counts by gpt-tokenizer, in a Worker of its own that starts with the first text: loading the vocabulary
 * takes 0.4 s and 110 MB. It makes one trip at a time, a small one, with what requests wait for first. Counts are kept by
 * content, the least recently used going first.
 */
export const createTokenCounter = (cacheSize: number, scheduler: Scheduler, log: Log): TokenCounter => {
  const counts = new LRUCache<string, number>({ max: cacheSize });
  const channel = createWorkerChannel<TokenHandlers>({
    name: 'token',
    entry: new URL('../workers/tokens.ts', import.meta.url),
    data: null,
    onDeath: (error) => log.error({ err: error }, 'the token Worker died'),
    silentAfterMs: SILENT_AFTER_MS,
  });
  const waiting = { request: new Map<string, Asked>(), background: new Map<string, Asked>() };
  /** The texts that the Worker is counting. */
  const underWay = new Map<string, Asked>();
  let waitingCharacters = 0;
  let isClosed = false;
  let isBusy = false;
  let isGathering = false;

  const takeTrip = (): Asked[] => {
    const trip: Asked[] = [];
    let room = TRIP_CHARACTERS;
    for (const queue of isGathering ? [waiting.request] : [waiting.request, waiting.background]) {
      for (const asked of queue.values()) {
        if (trip.length > 0 && asked.text.length > room) return trip;
        room -= asked.text.length;
        waitingCharacters -= asked.text.length;
        queue.delete(asked.hash);
        trip.push(asked);
      }
    }
    return trip;
  };

  /** Never fails: callers get the error. When a Worker dies on several texts, each is tried alone. */
  const count = async (trip: readonly Asked[]): Promise<void> => {
    try {
      const numbers = await channel.call(
        'count',
        trip.map(({ text }) => text),
      );
      trip.forEach(({ hash, resolve }, i) => {
        const tokens = numbers[i] ?? 0;
        counts.set(hash, tokens);
        resolve(tokens);
      });
    } catch (error) {
      if (trip.length > 1 && !isClosed) for (const asked of trip) await count([asked]);
      else for (const { reject } of trip) reject(isClosed ? new CountingEndedError(error) : error);
    }
  };

  const run = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let trip = takeTrip(); trip.length > 0; trip = takeTrip()) {
      for (const asked of trip) underWay.set(asked.hash, asked);
      await count(trip);
      underWay.clear();
    }
    isBusy = false;
  };

  const gather = (): void => {
    if (isBusy || isGathering) return;
    isGathering = true;
    scheduler.after(GATHER_MS, () => {
      isGathering = false;
      void run();
    });
  };

  const ask = (text: string, countFor: CountFor): Promise<number> => {
    const hash = sha256Hex(text);
    const known = counts.get(hash);
    if (known !== undefined) return Promise.resolve(known);
    if (isClosed) return Promise.reject(new CountingEndedError());
    const before = underWay.get(hash) ?? waiting.request.get(hash) ?? waiting.background.get(hash);
    // A request gets ahead with what the background has asked for as well.
    if (before && !(countFor === 'request' && waiting.background.delete(hash))) return before.promise;
    const asked = before ?? { hash, text, ...Promise.withResolvers<number>() };
    if (!before) waitingCharacters += text.length;
    waiting[countFor].set(hash, asked);
    // What is asked for together goes in one trip, and not its first text alone.
    if (countFor === 'request') queueMicrotask(() => void run());
    else gather();
    return asked.promise;
  };

  return {
    known: (text) => counts.get(sha256Hex(text)),
    count: (texts, countFor = 'background') => Promise.all(texts.map((text) => ask(text, countFor))),
    get isBehind() {
      return waitingCharacters > BEHIND_CHARACTERS;
    },
    close: async () => {
      isClosed = true;
      await channel.close();
      for (const queue of Object.values(waiting)) {
        for (const { reject } of queue.values()) reject(new CountingEndedError());
        queue.clear();
      }
    },
  };
};

/**
 * The same counts on the calling thread, for those who wait for them within a request: the Worker gathers for a while
 * and has a low priority, which is right behind an answer and wrong before one. Keeps nothing.
 */
export const createInlineTokenCounter = (): TokenCounter => ({
  known: () => undefined,
  count: async (texts) => {
    const { countText } = await import('./count-text.ts');
    return texts.map(countText);
  },
  isBehind: false,
  close: async () => {},
});
