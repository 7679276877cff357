import { closeReserve, fillReserve, missingReserve, openReserve, releaseReserve } from './descriptor-reserve.ts';
import type { DescriptorTable } from './descriptor-table.ts';
import type { Log } from './log.ts';

/** Share of the descriptors that are taken, the reserve among them, when there are too many connections, and no longer. */
const TOO_MANY = 0.8;
const FEW_AGAIN = 0.75;
/** Descriptors that are left when no connection at all may come in. */
const LAST = 8;
/** Descriptors that are held for files and Workers: a share of a low limit, and so many at the most. */
const RESERVED = 0.2;
const MOST_RESERVED = 128;
/** Pause between looks at most, in which connections may come in unseen. */
const LOOK_MS = 50;
/** Pause between looks when requests come in. */
const SOON_MS = 2;
/** Pause between counts, which takes milliseconds when there are thousands. */
const COUNT_MS = 250;

/** Where there are more than these, connections that come in within a turn of the event loop cannot take all that are left. */
const FEW = 4_096;
/** How long the start of a thread is waited for, which takes some ten milliseconds on a machine at rest. */
const MOST_START_MS = 1_000;

/** What connections come in by. */
export interface Door {
  /** Closes connections on which nothing is asked. */
  closeIdle(): void;
  /** Lets no more connections in. Nothing happens when it is shut. */
  shut(): void;
  /** Lets them in again. Nothing happens when it is open. Errors: those of listening. */
  open(): void;
}

export interface DescriptorWatch {
  /** Whether so many are taken that the rest is needed for files and Workers. Looks now and then by itself. */
  readonly areScarce: boolean;
  close(): void;
}

interface WatchOptions {
  readonly door: Door;
  readonly log: Log;
  readonly nowMs?: () => number;
  /** Stands still, with everything on this thread. */
  readonly standStill?: (ms: number) => void;
}

const still = new Int32Array(new SharedArrayBuffer(4));
const sleepThread = (ms: number): void => void Atomics.wait(still, 0, 0, ms);

/**
 * Keeps connections from taking all descriptors: without any left no Worker starts, no file opens, and a module that is
 * not loaded yet cannot be.
 *
 * ```
 * plenty --80 %--> scarce: idle connections are closed, requests refused --the last ones, or a Worker starts--> shut
 *   ^--------------- below 75 % --------------------------------------------------------------------------------'
 * ```
 *
 * Connections come in between two looks as well, so some descriptors are held in reserve. The door is shut before these
 * are released: the next connections would have them.
 */
export const watchDescriptors = (
  table: DescriptorTable,
  { door, log, nowMs = () => performance.now(), standStill = sleepThread }: WatchOptions,
): DescriptorWatch => {
  const { limit } = table;
  if (limit === null) return { areScarce: false, close: () => {} };
  let state: 'plenty' | 'scarce' | 'shut' = 'plenty';
  let lookedMs = Number.NEGATIVE_INFINITY;
  let countedMs = Number.NEGATIVE_INFINITY;
  let shortages = 0;

  const areFewAgain = (lowestFree: number): boolean => {
    if (lowestFree >= FEW_AGAIN * limit || nowMs() - countedMs < COUNT_MS) return false;
    countedMs = nowMs();
    return table.count() + missingReserve() < FEW_AGAIN * limit;
  };
  /** Opens the door first: when nothing can listen at the moment, the next look tries again. */
  const endCrowd = (): void => {
    try {
      door.open();
    } catch (error) {
      log.error({ err: error }, 'connections cannot be let in again yet');
      return;
    }
    state = 'plenty';
    log.info({}, 'there is room for connections again');
  };
  const shut = (): void => {
    state = 'shut';
    door.shut();
    releaseReserve();
  };
  const look = (): void => {
    lookedMs = nowMs();
    const lowestFree = table.lowestFree();
    if (state === 'plenty' && lowestFree >= TOO_MANY * limit) {
      state = 'scarce';
      shortages += 1;
      log.warn({ limit }, 'there are too many connections: requests are refused until some of them close');
    } else if (state !== 'plenty' && areFewAgain(lowestFree)) endCrowd();
    if (state === 'scarce' && lowestFree >= limit - LAST) shut();
    if (state === 'plenty') fillReserve();
    else door.closeIdle();
  };

  openReserve(Math.min(MOST_RESERVED, Math.floor(limit * RESERVED)), {
    makeRoom: () => {
      look();
      if (state === 'scarce') shut();
    },
    countShortages: () => {
      look();
      return shortages;
    },
    startThread: (start) => {
      if (limit > FEW) return start();
      const before = table.loops();
      const started = start();
      const untilMs = nowMs() + MOST_START_MS;
      // No connection comes in meanwhile: this is the thread that would let it in.
      while (table.loops() <= before && nowMs() < untilMs) standStill(1);
      return started;
    },
  });
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    get areScarce() {
      if (nowMs() - lookedMs >= SOON_MS) look();
      return state !== 'plenty';
    },
    close: () => {
      clearInterval(timer);
      closeReserve();
    },
  };
};
