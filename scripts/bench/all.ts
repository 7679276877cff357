import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from './suite.ts';

/** What a suite wrote as JSON. */
interface Measured {
  readonly suite: string;
  readonly results: readonly Result[];
}

const MAIN = join(import.meta.dir, 'main.ts');
/** A suite that takes longer hangs: with `--quick` each is meant to take a minute. */
const MOST_MS = { quick: 15 * 60_000, whole: 4 * 3_600_000 } as const;

/** Null when the suite broke; the reason stands where its lines went. */
const readMeasured = (file: string): Measured | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/**
 * Runs suites one after the other, each in a process of its own, so that none finds the machine as another left it. Answers
 * what they measured, and which of them broke. A missed target breaks nothing: machines are noisy, and quick runs short.
 */
export const measureAll = async (
  suites: readonly string[],
  options: readonly string[],
  isQuick: boolean,
): Promise<{ readonly measured: readonly Measured[]; readonly broken: readonly string[] }> => {
  const folder = mkdtempSync(join(tmpdir(), 'memfuse-bench-all-'));
  const measured: Measured[] = [];
  const broken: string[] = [];
  try {
    for (const suite of suites) {
      console.log(`\n== ${suite}`);
      const file = join(folder, `${suite}.json`);
      const child = Bun.spawn([process.execPath, MAIN, suite, ...options, '--json', file], {
        stdio: ['ignore', 'inherit', 'inherit'],
        timeout: isQuick ? MOST_MS.quick : MOST_MS.whole,
      });
      await child.exited;
      const own = readMeasured(file);
      if (own) measured.push(own);
      else broken.push(suite);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { measured, broken };
};
