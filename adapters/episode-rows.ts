import type { EpisodeRecord, NewEpisode } from '../src/contract/episodes.ts';
import type { SequenceRange } from '../src/contract/outbox.ts';
import { type AccountsOfSession, accountName, withNames } from '../src/text/account-marks.ts';

/** An episode as an engine reads it: with marks in place of names, and the names that belong there. */
export type EpisodeRow = Omit<EpisodeRecord, 'userId' | 'participants' | 'keyPhrases' | 'messageIds' | 'isOpen'> &
  SequenceRange &
  AccountsOfSession & {
    readonly key: number;
    readonly sessionKey: number;
    /** JSON arrays. */
    readonly participants: string;
    readonly keyPhrases: string;
    readonly isOpen: boolean | 0 | 1;
  };

/** The record of a row, and of the messages that it covers. */
export const toEpisode = (row: EpisodeRow, userId: string, messageIds: readonly string[]): EpisodeRecord => {
  const { id, sessionId, startedAt, endedAt, createdAt, updatedAt, user, agent } = row;
  return {
    ...{ id, userId, sessionId },
    title: withNames(row.title, { user, agent }),
    summary: withNames(row.summary, { user, agent }),
    participants: (JSON.parse(row.participants) as string[]).map((name) => accountName(name, { user, agent })),
    keyPhrases: JSON.parse(row.keyPhrases) as string[],
    ...{ startedAt, endedAt, messageIds },
    isOpen: Boolean(row.isOpen),
    ...{ createdAt, updatedAt },
  };
};

/** The columns of a new episode. */
export const episodeColumns = ({ vector, participants, keyPhrases, ...episode }: NewEpisode) => ({
  ...episode,
  participants: JSON.stringify(participants),
  keyPhrases: JSON.stringify(keyPhrases),
  scale: vector?.scale ?? null,
  components: vector && Buffer.from(vector.components.buffer, vector.components.byteOffset, vector.components.length),
  model: vector?.model ?? null,
});
