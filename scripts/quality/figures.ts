/** What a ranking of one question found: the places of its evidence among the results, from 0. */
export interface Outcome {
  readonly category: string;
  readonly group: string;
  readonly evidence: number;
  readonly places: readonly number[];
}

export interface Figures {
  readonly questions: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly recallAt20: number;
  readonly anyAt5: number;
  readonly anyAt10: number;
}

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** R@k: mean share of the evidence among the first k. any@k: share of questions with at least one of it there. */
export const figuresOf = (outcomes: readonly Outcome[]): Figures => {
  const recall = (k: number) =>
    mean(outcomes.map(({ places, evidence }) => places.filter((p) => p < k).length / evidence));
  const any = (k: number) => mean(outcomes.map(({ places }) => (places.some((p) => p < k) ? 1 : 0)));
  return {
    questions: outcomes.length,
    recallAt5: recall(5),
    recallAt10: recall(10),
    recallAt20: recall(20),
    anyAt5: any(5),
    anyAt10: any(10),
  };
};
