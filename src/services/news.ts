import type { Link } from '../contract/link.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { BackgroundProcessor } from '../memory/background-processor.ts';
import { queueOf } from '../memory/background-queue.ts';
import type { StageWaiters } from '../memory/stages.ts';
import type { Scheduler } from '../platform/scheduler.ts';

/** A process that cannot keep up says so at most this often. */
const BACKLOG_PAUSE_MS = 200;

export interface Listeners {
  readonly processor: Pick<BackgroundProcessor, 'look' | 'admit'>;
  readonly waiters: Pick<StageWaiters, 'notify'>;
}

/** What this server tells the others, and does when it hears the same of them. */
export interface NewsExchange {
  /** There are tasks that are due and no Worker for them. */
  backlog(): void;
  /** The outcome of a task was saved. */
  filed(task: OutboxTask): void;
  listenFor(listeners: Listeners): void;
}

/**
 * Spares servers the wait for their next look into the database: 1 s for background work, 250 ms for who waits for a stage of a
 * message. They look all the same, because news may be lost.
 */
export const exchangeNews = (link: Pick<Link, 'tell' | 'listen'> | null, scheduler: Scheduler): NewsExchange => {
  let isQuiet = false;
  return {
    backlog: () => {
      if (!link || isQuiet) return;
      isQuiet = true;
      scheduler.after(BACKLOG_PAUSE_MS, () => {
        isQuiet = false;
      });
      link.tell({ what: 'backlog' });
    },
    filed: (task) => link?.tell({ what: 'filed', queue: queueOf(task), sessionKey: task.sessionKey }),
    listenFor: ({ processor, waiters }) =>
      link?.listen((news) => {
        switch (news.what) {
          case 'backlog':
            return processor.look();
          case 'filed':
            processor.admit(news.queue);
            return waiters.notify(news.sessionKey);
          default:
            news satisfies never;
        }
      }),
  };
};
