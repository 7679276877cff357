import type { FactDraft } from '../../../src/contract/fact-drafts.ts';
import { extractFacts } from '../../../src/memory/kinds/extract/extract.ts';
import { relationOf } from '../../../src/memory/kinds/extract/relation.ts';
import type { Reader } from '../../../src/memory/kinds/extract/turns.ts';
import type { Conversation } from '../conversation.ts';
import { extractTurnsOf } from './noted-turns.ts';

/** A fact that a later one closed. */
export interface Closing {
  readonly conversation: string;
  readonly reason: string;
  readonly older: string;
  readonly newer: string;
}

export interface Closings {
  /** Facts of the conversation. */
  readonly facts: number;
  readonly closings: readonly Closing[];
}

/** What is closed while a conversation is read from its beginning, to be judged by eye. */
export const closingsOf = (conversation: Conversation, reader: Reader): Closings => {
  let open: FactDraft[] = [];
  const closings: Closing[] = [];
  let [facts, firstKey] = [0, 0];
  for (const session of conversation.sessions) {
    for (const fact of extractFacts(extractTurnsOf(session, firstKey), reader)) {
      facts += 1;
      // Against all older facts, whatever of them a store would nominate.
      open = open.filter((older) => {
        const { kind, reason } = relationOf(fact, older);
        if (kind === 'closes')
          closings.push({ conversation: conversation.id, reason, older: older.text, newer: fact.text });
        return kind !== 'closes';
      });
      open.push(fact);
    }
    firstKey += session.turns.length;
  }
  return { facts, closings };
};
