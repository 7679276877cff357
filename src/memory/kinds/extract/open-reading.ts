import type { FactDraft } from '../../../contract/fact-drafts.ts';
import type { LanguageModel } from '../../language-model.ts';
import { readByModel } from './by-model.ts';
import type { ExtractTurn } from './turns.ts';

/** Reads the statements of turns that are no context, in the order of the turns. */
export type ReadFacts = (turns: readonly ExtractTurn[]) => readonly FactDraft[] | Promise<readonly FactDraft[]>;

let opened: Promise<ReadFacts> | null = null;

/**
 * What reads statements: rules, or a language model where there is one, and rules whenever it cannot be asked. What sentences
 * are read with by rules is loaded once in a thread, when it is first needed: it takes 60 MB.
 */
export const openReading = async (llm: LanguageModel | null): Promise<ReadFacts> => {
  if (!llm) return openRules();
  return async (turns) => (await readByModel(llm, turns)) ?? (await openRules())(turns);
};

const openRules = (): Promise<ReadFacts> => {
  opened ??= import('./extract.ts').then(async ({ extractFacts, openReader }) => {
    const reader = await openReader();
    return (turns) => extractFacts(turns, reader);
  });
  return opened;
};
