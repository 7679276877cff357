import { isOfPerson } from '../../../src/memory/kinds/extract/admit.ts';
import { readTurns } from '../../../src/memory/kinds/extract/read-turns.ts';
import type { ExtractTurn, Reader, ReadTurn } from '../../../src/memory/kinds/extract/turns.ts';
import { contentStems } from '../../../src/text/content-words.ts';
import type { Conversation } from '../conversation.ts';

/** A turn as extraction reads it, with the words of what was noted of it. */
export interface NotedTurn {
  readonly read: ReadTurn;
  readonly turnId: string;
  readonly sessionId: string;
  readonly noted: readonly ReadonlySet<string>[];
}

/** The user of a conversation with an assistant, as notes call them. */
const USER = 'User';

/** The turns of a session as extraction takes them, keyed by their place among all turns from `firstKey` on. */
export const extractTurnsOf = (session: Conversation['sessions'][number], firstKey: number): ExtractTurn[] =>
  session.turns.map(({ role, name, text, at }, i) => ({
    key: firstKey + i,
    role,
    isNamed: name !== null,
    speaker: name ?? (role === 'user' ? USER : role),
    content: text,
    createdAtMs: at,
    isContext: false,
  }));

/** The words of what was noted, by turn. */
export const notesByTurn = ({ facts }: Pick<Conversation, 'facts'>): Map<string, ReadonlySet<string>[]> => {
  const notes = new Map<string, ReadonlySet<string>[]>();
  for (const { text, turns } of facts) {
    const stems = contentStems(text);
    for (const turn of turns) notes.set(turn, [...(notes.get(turn) ?? []), stems]);
  }
  return notes;
};

/** All turns of people in a conversation. */
export const notedTurnsOf = (conversation: Conversation, reader: Reader): NotedTurn[] => {
  const notes = notesByTurn(conversation);
  let firstKey = 0;
  return conversation.sessions.flatMap((session) => {
    const from = firstKey;
    firstKey += session.turns.length;
    return readTurns(extractTurnsOf(session, from), isOfPerson, reader).map((read) => {
      const turnId = session.turns[read.turn.key - from]?.id ?? '';
      return { read, turnId, sessionId: session.id, noted: notes.get(turnId) ?? [] };
    });
  });
};

/**
 * Every tenth turn at the least has notes where somebody noted all that is worth it; of others a turn without one tells nothing.
 * Where nearly all have, they are no conversation.
 */
const LEAST_SHARE = 0.1;
const MOST_SHARE = 0.9;

/** Whether notes of a conversation are dense enough to be fitted on, and to call a fact that is not among them junk. */
export const isNotedThroughout = (conversation: Conversation): boolean => {
  const turns = conversation.sessions.reduce((sum, session) => sum + session.turns.length, 0);
  const share = notesByTurn(conversation).size / turns;
  return share >= LEAST_SHARE && share <= MOST_SHARE;
};
