import type { OutboxTask } from '../../../contract/outbox.ts';
import type { NotifyOutcome } from '../../../contract/work.ts';
import type { CompleteContext } from '../kind.ts';
import type { NotifyDraft } from './make.ts';

/** Tells what was made of the range. Errors: those of `tell`. */
export const completeNotify = async (
  task: OutboxTask,
  { version, isOn }: NotifyDraft,
  { tell, clock, owner }: CompleteContext,
): Promise<NotifyOutcome> => {
  if (isOn && tell) await tell(task);
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const range = { tenantKey, userKey, sessionKey, firstSequence, lastSequence };
  return { kind: 'notify', taskKey, owner, ...range, version, at: clock.now() };
};

/** An outcome that says nothing but which task is done. */
export const bytesOfNotify = (): number => 0;
