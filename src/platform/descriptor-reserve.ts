import { closeSync, openSync } from 'node:fs';

/**
 * Descriptors that are held so that connections cannot take them. Bun ends the process when a thread starts and there
 * are not two left for it. There is one table of descriptors in a process, and so one reserve; none is held unless the
 * entry of the process asks for it.
 */
const held: number[] = [];
let wanted = 0;
let makeRoom = (): void => {};

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

/**
 * Holds `count` descriptors from now on.
 *
 * @param prepare is called before something starts that takes descriptors, and releases them when they are needed.
 */
export const openReserve = (count: number, prepare: () => void): void => {
  wanted = count;
  makeRoom = prepare;
  fillReserve();
};

/** Holds none any more. */
export const closeReserve = (): void => {
  wanted = 0;
  makeRoom = () => {};
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
  makeRoom();
  if (wanted > 0) assertSome();
  return start();
};
