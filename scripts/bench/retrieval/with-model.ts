import { ALL_STEPS } from '../../../src/retrieval/ranking/ranking.ts';
import { SET_WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import type { Conversation } from '../../quality/conversation.ts';
import { embedConversation } from '../../quality/conversation-vectors.ts';
import { type Example, examplesOf, openMeaning, outcomeOf } from '../../quality/examples.ts';
import { rankExample, weightsOfFolds } from '../../quality/folds.ts';
import { openMiniLM } from '../../quality/mini-lm.ts';
import type { Ranking } from './rankings.ts';

const NAMES = ALL_STEPS.map(({ name }) => name).filter((name) => !(name in SET_WEIGHTS));

/**
 * The product's ranking with all-MiniLM-L6-v2 as its configured model, each pile of conversations by weights that were
 * fitted on the others; in this process, by the same code as in the server. Null without the model's runtime.
 */
export const rankedWithMiniLM = async (piles: readonly (readonly Conversation[])[]): Promise<Ranking | null> => {
  const embedder = await openMiniLM();
  if (typeof embedder === 'string') return null;
  const meaning = await openMeaning();
  const folds: Example[][] = [];
  for (const pile of piles) {
    const fold: Example[] = [];
    for (const one of pile) fold.push(...examplesOf(one, meaning, ALL_STEPS, await embedConversation(one, embedder)));
    folds.push(fold);
  }
  await embedder.close();
  const weights = weightsOfFolds(folds, NAMES);
  const outcomes = folds.flatMap((fold, i) =>
    fold.map((example) => {
      const ranked = rankExample(example, { ...SET_WEIGHTS, ...weights[i] });
      return [example.question, outcomeOf(example, ranked)] as const;
    }),
  );
  return { name: 'product with MiniLM', outcomes: new Map(outcomes) };
};
