import { closeSync, openSync } from 'node:fs';
import { createTokenCounter } from '../../src/buffer/token-counter.ts';
import { findPackages } from '../../src/platform/packages.ts';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import { recordedLog } from '../support/recorded-log.ts';

/**
 * A process of its own, with few descriptors: counts while so many are left as the argument says, and again when there is
 * room. Prints both outcomes.
 */
const takeAll = (): number[] => {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
};

const left = Number(process.argv[2]);
findPackages();
const { count, close } = createTokenCounter(10, systemScheduler, recordedLog());
const outcome = async (): Promise<string> => {
  const [result] = await Promise.allSettled([count(['hello'])]);
  return result.status === 'fulfilled' ? 'counted' : 'failed';
};

const taken = takeAll();
for (const descriptor of taken.splice(0, left)) closeSync(descriptor);
const first = await outcome();
for (const descriptor of taken) closeSync(descriptor);
console.log(JSON.stringify([first, await outcome()]));
await close();
