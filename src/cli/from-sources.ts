import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './in-sentences.ts';

/** Where the sources lie; in the single binary a place that no file system has. */
const ROOT = join(import.meta.dir, '..', '..');

interface Program {
  /** Its file among the sources. */
  readonly file: string;
  /** Options for Bun, before the file. */
  readonly bun?: readonly string[];
  readonly args?: readonly string[];
}

/**
 * Runs a program of the sources to its end, on the same terminal, and ends this process with its exit code. Errors: `UsageError`
 * where the sources are not.
 */
export const runFromSources = async ({ file, bun = [], args = [] }: Program): Promise<never> => {
  const path = join(ROOT, file);
  if (!existsSync(path))
    throw new UsageError(
      `This command needs the sources of MemFuse, and ${file} is not here. Run it in a checkout: bun run memfuse.`,
    );
  const child = Bun.spawn([process.execPath, ...bun, path, ...args], { stdio: ['inherit', 'inherit', 'inherit'] });
  // A terminal sends these to both; whoever stops this process alone means the program too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exit(await child.exited);
};
