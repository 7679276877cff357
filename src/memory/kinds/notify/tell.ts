import { MemfuseError } from '../../../contract/errors.ts';
import type { OutboxTask } from '../../../contract/outbox.ts';
import type { RangeReport, WorkFacet } from '../../../contract/work.ts';
import type { Clock } from '../../../platform/clock.ts';
import { NotYet } from '../../not-yet.ts';
import { eventsOf } from './events.ts';
import { sendWebhook, type WebhookTarget } from './send.ts';

export interface TellContext {
  readonly work: Pick<WorkFacet, 'reportOn'>;
  /** Whom to tell; null when nobody is. */
  readonly target: () => WebhookTarget | null;
  readonly clock: Clock;
}

/** Pauses before another look at a range whose work is not done: half as long as it has waited by then, between these. */
const SHORTEST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 60_000;

/** Errors: `NotYet` when the work on the first message of a range is not done; `internal` with the place to cut, for a later one. */
const assertDone = ({ others, createdAt }: RangeReport, { firstSequence }: OutboxTask, now: number): void => {
  const [left] = others.filter(({ state }) => state !== 'failed');
  if (!left) return;
  const cutAt = left.firstSequence - 1;
  if (cutAt >= firstSequence) throw new MemfuseError('internal', 'A part of the range is not done yet.', { cutAt });
  const waitMs = Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, (now - createdAt) / 2));
  throw new NotYet(`The work "${left.kind}" on these messages is not done yet.`, waitMs);
};

/**
 * Answers a function that tells what was made of a range, once that is done. An event may be sent again after a failure, under its
 * id. Errors: `NotYet`, those of `reportOn` and of `sendWebhook`.
 */
export const openTelling = ({ work, target, clock }: TellContext): ((task: OutboxTask) => Promise<void>) => {
  /** The address that asked for no more. */
  let gone: string | null = null;
  return async (task) => {
    const to = target();
    if (!to) return;
    const report = await work.reportOn(task);
    if (!report) return;
    assertDone(report, task, clock.now());
    for (const event of eventsOf(report)) {
      if (gone === to.url) throw isGone(to.url);
      const { status } = await sendWebhook(to, event, clock.now());
      if (status === GONE) {
        gone = to.url;
        throw isGone(to.url);
      }
    }
  };
};

const GONE = 410;
const isGone = (url: string): MemfuseError =>
  new MemfuseError(
    'internal',
    `The webhook at ${new URL(url).host} answered 410 Gone: nothing is sent to it until webhooks.url is another, or the server is started again.`,
    { isFinal: true },
  );
