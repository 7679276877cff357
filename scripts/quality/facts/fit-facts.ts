import { placedClauses, renderCandidate } from '../../../src/memory/kinds/extract/candidates.ts';
import { ratedOf } from '../../../src/memory/kinds/extract/choose.ts';
import {
  candidateFeatures,
  clauseFeatures,
  type Sink,
  turnFeatures,
  wordFeatures,
} from '../../../src/memory/kinds/extract/features.ts';
import type { FactWeights } from '../../../src/memory/kinds/extract/model.ts';
import { contentStem, contentStems, wordF1 } from '../../../src/text/content-words.ts';
import { fitLogistic, type Labelled } from './logistic.ts';
import type { NotedTurn } from './noted-turns.ts';

const featuresOf = (give: (put: Sink) => void): [string, number][] => {
  const features: [string, number][] = [];
  give((name, value) => {
    if (value !== 0) features.push([name, value]);
  });
  return features;
};

const isOfWord = (feature: string): boolean => feature.startsWith('stem ') || feature.startsWith('verb ');

/** A word counts when so many conversations have it: no name and no topic of one alone. */
const LEAST_CONVERSATIONS = 3;

const commonWords = (conversations: readonly (readonly Labelled[])[]): ReadonlySet<string> => {
  const holders = new Map<string, number>();
  for (const examples of conversations) {
    const found = new Set(examples.flatMap(({ features }) => features.map(([name]) => name).filter(isOfWord)));
    for (const name of found) holders.set(name, (holders.get(name) ?? 0) + 1);
  }
  return new Set([...holders].filter(([, count]) => count >= LEAST_CONVERSATIONS).map(([name]) => name));
};

const wordExamples = ({ read, noted }: NotedTurn): Labelled[] => {
  if (noted.length === 0) return [];
  const all = new Set(noted.flatMap((stems) => [...stems]));
  const placed = placedClauses(read);
  return placed.flatMap((each, place) => {
    const shared = featuresOf((put) => clauseFeatures(each, place, placed.length, read, put));
    return each.clause.words.flatMap((word) => {
      const stem = contentStem(word.lower);
      if (stem === null) return [];
      return [
        {
          features: [...shared, ...featuresOf((put) => wordFeatures(word, stem, read, put))],
          label: all.has(stem) ? 1 : 0,
        },
      ];
    });
  });
};

/** F1 with a note from which a statement says what it does, and from which it nearly does. */
const COVERS = 0.5;
const NEARLY_COVERS = 0.4;
const NEARLY = 0.3;

const candidateExamples = ({ read, noted }: NotedTurn, weights: FactWeights): Labelled[] =>
  ratedOf(read, weights).rated.map(({ candidate, score }) => {
    const stems = contentStems(renderCandidate(candidate, read));
    const best = Math.max(0, ...noted.map((note) => wordF1(stems, note)));
    return {
      features: featuresOf((put) => candidateFeatures(candidate, score, put)),
      label: best >= COVERS ? 1 : best >= NEARLY_COVERS ? NEARLY : 0,
    };
  });

/** Fits the three models of extraction on conversations of which facts were noted: turns, their words, and runs of clauses. */
export const fitFacts = (conversations: readonly (readonly NotedTurn[])[]): FactWeights => {
  const turns = conversations.flat();
  const turn = fitLogistic(
    turns.map(({ read, noted }) => ({
      features: featuresOf((put) => turnFeatures(read, placedClauses(read), put)),
      label: noted.length > 0 ? 1 : 0,
    })),
    { epochs: 20 },
  );
  const words = conversations.map((some) => some.flatMap(wordExamples));
  const common = commonWords(words);
  const word = fitLogistic(
    words.flat().map(({ features, label }) => ({
      features: features.filter(([name]) => !isOfWord(name) || common.has(name)),
      label,
    })),
    { epochs: 6, leastExamples: 4, isRare: isOfWord },
  );
  const first: FactWeights = { turn, word, candidate: {} };
  const candidate = fitLogistic(
    turns.flatMap((each) => candidateExamples(each, first)),
    { epochs: 10 },
  );
  return { turn, word, candidate };
};
