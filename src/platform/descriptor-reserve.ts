import { closeSync, openSync } from 'node:fs';

/**
 * Descriptors that are held so that connections cannot take them. Bun ends the process when a thread starts and there
 * are not two left for it. There is one table of descriptors in a process, and so one reserve; none is held unless the
 * entry of the process asks for it.
 */
const held: number[] = [];
let wanted = 0;

/** Whoever watches the descriptors. */
export interface ReserveKeeper {
  /** Called before something starts that takes descriptors; releases the reserve when they are needed. */
  makeRoom(): void;
  /** How often descriptors have run short by now. */
  countShortages(): number;
  /** Starts a thread, and returns when it has the descriptors of its event loop, unless there are enough in any case. */
  startThread<T>(start: () => T): T;
}

const NOBODY: ReserveKeeper = { makeRoom: () => {}, countShortages: () => 0, startThread: (start) => start() };
let keeper = NOBODY;

/** Without so many nothing is started: two for the loop of a thread, the others for its modules and files. */
const LEAST = 4;

/** Takes descriptors until as many are held as were asked for, or there are no more. */
export const fillReserve = (): void => {
  while (held.length < wanted) {
    try {
      held.push(openSync('/dev/null', 'r'));
    } catch {
      // There are none at the moment; whoever keeps the reserve tries again soon.
      return;
    }
  }
};

/** How many are wanted and not held at the moment. */
export const missingReserve = (): number => wanted - held.length;

/** Gives all of them back, for files and Workers. Connections take them as well, unless none come in. */
export const releaseReserve = (): void => {
  for (const descriptor of held.splice(0)) closeSync(descriptor);
};

/** Holds `count` descriptors from now on. */
export const openReserve = (count: number, by: ReserveKeeper): void => {
  wanted = count;
  keeper = by;
  fillReserve();
};

/** Holds none any more. */
export const closeReserve = (): void => {
  wanted = 0;
  keeper = NOBODY;
  releaseReserve();
};

const assertSome = (): void => {
  const tried: number[] = [];
  try {
    while (tried.length < LEAST) tried.push(openSync('/dev/null', 'r'));
  } finally {
    for (const descriptor of tried) closeSync(descriptor);
  }
};

/** Starts something that takes descriptors. Errors: `EMFILE` when there are not enough for it, and it is not started. */
export const withDescriptors = <T>(start: () => T): T => {
  keeper.makeRoom();
  if (wanted > 0) assertSome();
  return start();
};

/** The same for a thread, which makes its loop some time later: connections may not take what it needs for that. */
export const withThread = <T>(start: () => T): T => withDescriptors(() => keeper.startThread(start));

/** How often descriptors have run short by now: more often than before, and what was being loaded meanwhile may lack a file. */
export const countShortages = (): number => keeper.countShortages();
