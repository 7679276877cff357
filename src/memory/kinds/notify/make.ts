import type { DraftHeader, MakeContext, TaskRequest } from '../kind.ts';

/** What a Worker has to say of a range that is to be told: the version of its messages. */
export interface NotifyDraft extends DraftHeader {
  readonly kind: 'notify';
  /** False when no webhook is set any more: the task is only taken off the list. */
  readonly isOn: boolean;
}

/** Reads which version of its messages a range has, and whether it is short enough for one task. */
export const makeNotify = async ({ task, isOn }: TaskRequest, { work }: MakeContext): Promise<NotifyDraft> => {
  const { messages, version } = await work.read(task);
  return { kind: 'notify', version, rounds: new Set(messages.map(({ round }) => round)).size, isOn };
};
