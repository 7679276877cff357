import type { OutboxTask } from '../../../contract/outbox.ts';
import type { ExtractOutcome } from '../../../contract/work.ts';
import type { CompleteContext } from '../kind.ts';
import type { ExtractDraft } from './make.ts';

/** The outcome of an `extract` task: what a Worker has made, as it is. */
export const completeExtract = async (
  task: OutboxTask,
  { version, factsGeneration, before, mentions, supersessions }: ExtractDraft,
  { clock, owner }: CompleteContext,
): Promise<ExtractOutcome> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  return {
    kind: 'extract',
    taskKey,
    owner,
    tenantKey,
    userKey,
    sessionKey,
    firstSequence,
    lastSequence,
    version,
    factsGeneration,
    before,
    mentions,
    supersessions,
    at: clock.now(),
  };
};

/** Of a mention what its texts, its terms and its place come to. */
const BYTES_OF_MENTION = 1_000;

/** About the memory of an outcome. */
export const bytesOfExtract = ({ mentions }: ExtractOutcome): number =>
  mentions.reduce((sum, { draft }) => sum + BYTES_OF_MENTION + 2 * draft.text.length, 0);
