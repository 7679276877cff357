import type { FactDraft } from '../../../contract/fact-drafts.ts';
import type { ExtractTurn } from './turns.ts';

/** Reads the statements of turns that are no context, in the order of the turns. */
export type ReadFacts = (turns: readonly ExtractTurn[]) => readonly FactDraft[];

let opened: Promise<ReadFacts> | null = null;

/** Loads what sentences are read with, once in a thread, with its first task: it takes 60 MB. */
export const openReading = (): Promise<ReadFacts> => {
  opened ??= import('./extract.ts').then(async ({ extractFacts, openReader }) => {
    const reader = await openReader();
    return (turns) => extractFacts(turns, reader);
  });
  return opened;
};
