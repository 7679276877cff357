import { z } from 'zod';

/**
 * What a server tells the others of the same database. `backlog`: it has tasks that are due and no Worker for them. `filed`: the
 * outcome of a task was saved.
 */
export const newsSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('backlog') }),
  z.object({ what: z.literal('filed'), queue: z.string(), sessionKey: z.number().int() }),
]);
export type News = z.output<typeof newsSchema>;

/** How often something happened within its window of time, and how long the window still is. */
export interface WindowCount {
  readonly count: number;
  readonly leftMs: number;
}

/**
 * What connects the servers of one database beside that database. It makes them faster and never right: whatever is told may
 * be lost, whoever waits for news also looks by himself, and a server that cannot count together with others counts alone.
 */
export interface Link {
  /** Name of what it goes through, as its URLs begin. */
  readonly engine: string;
  /** Whether it answers at this moment. */
  readonly isUp: boolean;
  /** Tells all other servers, or nobody while it is down. Never fails. */
  tell(news: News): void;
  /** Has `listener` told of what other servers tell. There is one listener. */
  listen(listener: (news: News) => void): void;
  /**
   * Counts one more under a key, across all servers, in a window that begins with the first. Null when it does not answer at
   * once. Never fails.
   */
  count(key: string, windowS: number): Promise<WindowCount | null>;
  close(): Promise<void>;
}
