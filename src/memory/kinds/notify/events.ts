import { createHash } from 'node:crypto';
import type { RangeReport } from '../../../contract/work.ts';

/** What a webhook tells. It names things by their ids, which the API reads, and holds nothing of what was said. */
export interface WebhookEvent {
  /** The same for the same event, however often it is sent: who receives it knows it again. */
  readonly id: string;
  readonly type: 'message.indexed' | 'episode.closed' | 'fact.added' | 'fact.superseded' | 'task.dead';
  readonly data: Readonly<Record<string, unknown>>;
}

/** Most ids in one event, which bounds its size to some 8 KB. */
const MOST_IDS = 100;

const groupsOf = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / MOST_IDS) }, (_, i) => rows.slice(i * MOST_IDS, (i + 1) * MOST_IDS));

/**
 * The events of a range whose work is done, or given up, in the order in which they are sent. Messages whose work was given up are not
 * told as indexed.
 */
export const eventsOf = (report: RangeReport): WebhookEvent[] => {
  const { userId, sessionId, messages, others, closedEpisodes, addedFacts, supersededFacts } = report;
  const event = (type: WebhookEvent['type'], data: object): WebhookEvent => {
    const whole = { user_id: userId, session_id: sessionId, ...data };
    const digest = createHash('sha256')
      .update(JSON.stringify([type, whole]))
      .digest('base64url');
    return { id: `msg_${digest.slice(0, 27)}`, type, data: whole };
  };
  const unindexed = others.filter(({ kind }) => kind === 'index');
  const indexed = messages.filter(
    ({ sequence }) => !unindexed.some((task) => task.firstSequence <= sequence && sequence <= task.lastSequence),
  );
  const pairs = supersededFacts.map(({ id, by }) => ({ fact_id: id, superseded_by: by }));
  return [
    ...groupsOf(indexed.map(({ id }) => id)).map((ids) => event('message.indexed', { message_ids: ids })),
    ...groupsOf(closedEpisodes).map((ids) => event('episode.closed', { episode_ids: ids })),
    ...groupsOf(addedFacts).map((ids) => event('fact.added', { fact_ids: ids })),
    ...groupsOf(pairs).map((facts) => event('fact.superseded', { facts })),
    ...others
      .filter(({ state }) => state === 'failed')
      .map(({ id, kind, attempts, reason }) => event('task.dead', { task_id: id, kind, attempts, reason })),
  ];
};
