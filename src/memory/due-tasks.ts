import type { OutboxTask } from '../contract/outbox.ts';
import type { WorkFacet } from '../contract/work.ts';
import type { Log } from '../platform/log.ts';
import type { BackgroundQueue } from './background-queue.ts';

export interface DueTasksContext {
  readonly work: Pick<WorkFacet, 'due'>;
  readonly owner: string;
  readonly log: Log;
  /** Whether webhooks are on. */
  readonly hasNotices: () => boolean;
  readonly queue: BackgroundQueue;
  readonly offer: (task: OutboxTask) => void;
}

/** Most notices that are in memory. The others wait in the outbox, where they keep no other work from being found. */
const MOST_NOTICES = 100;

/** Reads what is due in the outbox, as far as the queue has room for it; notices apart from the rest, and few of them. */
export class DueTasks {
  readonly #context: DueTasksContext;
  /** Also those that were left when webhooks were turned off, which are taken off the list. */
  #mayHaveNotices = true;

  constructor(context: DueTasksContext) {
    this.#context = context;
  }

  look(now: number): void {
    const { queue, hasNotices } = this.#context;
    const room = queue.capacity - queue.size;
    if (room >= queue.capacity / 2) this.#read(now, room, false);
    const noticeRoom = MOST_NOTICES - queue.notices;
    this.#mayHaveNotices ||= hasNotices();
    if (this.#mayHaveNotices && noticeRoom > 0) this.#read(now, noticeRoom, true);
  }

  #read(now: number, room: number, areNotices: boolean): void {
    const { work, owner, log, offer } = this.#context;
    work.due(owner, now, room, areNotices).then(
      (tasks) => {
        for (const task of tasks) offer(task);
        if (areNotices) this.#mayHaveNotices = tasks.length > 0;
      },
      (error) => log.warn({ err: error }, 'the outbox cannot be read'),
    );
  }
}
