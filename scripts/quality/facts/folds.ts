import { openReader } from '../../../src/memory/kinds/extract/extract.ts';
import type { FactWeights } from '../../../src/memory/kinds/extract/model.ts';
import type { Conversation } from '../conversation.ts';
import { fitFacts } from './fit-facts.ts';
import { isNotedThroughout, type NotedTurn, notedTurnsOf } from './noted-turns.ts';

/** A conversation, read, with the weights that were fitted without it. */
export interface FactFold {
  readonly conversation: Conversation;
  readonly turns: readonly NotedTurn[];
  /** Fitted on all others, also those of its kind. */
  readonly withoutIt: FactWeights;
  /** Fitted on other kinds alone; null when there is no other. */
  readonly withoutKind: FactWeights | null;
}

/** Conversations of which facts were noted throughout, each with weights that have not seen it, and those fitted on all. */
export const factFolds = async (
  conversations: readonly Conversation[],
): Promise<{ readonly folds: readonly FactFold[]; readonly all: FactWeights }> => {
  const reader = await openReader();
  const read = conversations
    .filter(isNotedThroughout)
    .map((conversation) => ({ conversation, turns: notedTurnsOf(conversation, reader) }));
  const byKind = new Map<string, FactWeights | null>();
  const turnsOf = (some: typeof read) => some.map(({ turns }) => turns);
  for (const { conversation } of read) {
    const { kind } = conversation;
    if (byKind.has(kind)) continue;
    const others = read.filter((other) => other.conversation.kind !== kind);
    byKind.set(kind, others.length > 0 ? fitFacts(turnsOf(others)) : null);
  }
  const folds = read.map((each) => ({
    ...each,
    withoutIt: fitFacts(turnsOf(read.filter((other) => other !== each))),
    withoutKind: byKind.get(each.conversation.kind) ?? null,
  }));
  return { folds, all: fitFacts(turnsOf(read)) };
};
