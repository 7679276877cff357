import type { Entry } from './sources.ts';

/** Settings of earlier versions by their path, and why they are gone. Whoever still names one is told, and served. */
const REMOVED: ReadonlyMap<string, string> = new Map(
  ['pool_size', 'pool_timeout', 'leak_after'].map((key) => [
    `database.${key}`,
    'SQLite needs one connection for requests and one for the background',
  ]),
);

export const isRemoved = ({ path }: Entry): boolean => REMOVED.has(path);

/** One sentence for each entry that names a removed setting. */
export const warningsAbout = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ path, source }) => {
    const reason = REMOVED.get(path);
    if (reason === undefined) return [];
    return [`${path} (${source}) is no longer a setting and has no effect: ${reason}. Take it out.`];
  });
