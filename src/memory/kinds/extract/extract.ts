import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { openTagger } from '../../../text/clauses/tagger.ts';
import { isOfPerson } from './admit.ts';
import { draftsOf } from './drafts.ts';
import type { FactWeights } from './model.ts';
import { readTurns } from './read-turns.ts';
import type { ExtractTurn, Reader } from './turns.ts';
import weights from './weights.json' with { type: 'json' };

/** Loads what sentences are read with: 60 MB, so only in a Worker that extracts. */
export const openReader = async (): Promise<Reader> => ({ tagger: await openTagger() });

/**
 * The facts that messages of a session state, without an LLM: the same for the same turns, at most three of a turn.
 * @param turns in the order in which they were said; those before the messages to be read with `isContext`, ten will do.
 */
export const extractFacts = (turns: readonly ExtractTurn[], reader: Reader): FactDraft[] =>
  readTurns(turns, isOfPerson, reader).flatMap((read) => draftsOf(read, weights as FactWeights));
