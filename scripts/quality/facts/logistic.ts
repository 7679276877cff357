import type { Weights } from '../../../src/memory/kinds/extract/model.ts';

/** What is so of one thing, by how much, and what it should come to. */
export interface Labelled {
  readonly features: readonly (readonly [name: string, value: number])[];
  /** 0 to 1. */
  readonly label: number;
}

export interface Fitting {
  readonly epochs: number;
  /** Features of fewer examples are left out. */
  readonly leastExamples?: number;
  /** Whether a feature is one of many of its like, which are held to be nothing unless much speaks for them. */
  readonly isRare?: (feature: string) => boolean;
}

const RATE = 0.1;
const DECAY = 1e-4;
const RARE_DECAY = 30 * DECAY;
/** Where the sum of squared gradients of AdaGrad begins. */
const FIRST_SQUARE = 1e-2;
/** Weights nearer to nothing are left out. */
const LEAST_WEIGHT = 0.02;

/** Shuffles the same way each time (a linear congruential generator of 31 bits). */
const shuffling = (): ((places: number[]) => void) => {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  return (places) => {
    for (let i = places.length - 1; i > 0; i -= 1) {
      const j = Math.floor(next() * (i + 1));
      [places[i], places[j]] = [places[j] as number, places[i] as number];
    }
  };
};

/** Fits a logistic regression by AdaGrad with decaying weights; the same examples give the same weights. */
export const fitLogistic = (
  examples: readonly Labelled[],
  { epochs, leastExamples = 0, isRare = () => false }: Fitting,
): Weights => {
  const counts = new Map<string, number>();
  for (const { features } of examples) for (const [name] of features) counts.set(name, (counts.get(name) ?? 0) + 1);
  const weights = new Map<string, number>();
  const squares = new Map<string, number>();
  const shuffle = shuffling();
  const places = examples.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(places);
    for (const place of places) {
      const { features, label } = examples[place] as Labelled;
      let logit = 0;
      for (const [name, value] of features) logit += (weights.get(name) ?? 0) * value;
      const error = 1 / (1 + Math.exp(-logit)) - label;
      for (const [name, value] of features) {
        if ((counts.get(name) ?? 0) < leastExamples) continue;
        const weight = weights.get(name) ?? 0;
        const gradient = error * value + (isRare(name) ? RARE_DECAY : DECAY) * weight;
        const square = (squares.get(name) ?? FIRST_SQUARE) + gradient * gradient;
        squares.set(name, square);
        weights.set(name, weight - (RATE * gradient) / Math.sqrt(square));
      }
    }
  }
  const kept = [...weights].filter(([, weight]) => Math.abs(weight) >= LEAST_WEIGHT);
  return Object.fromEntries(
    kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, weight]) => [name, Number(weight.toFixed(3))]),
  );
};
