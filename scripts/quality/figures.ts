/** What a ranking of one question found: the places of its evidence among the results, from 0. */
export interface Outcome {
  readonly category: string;
  readonly group: string;
  readonly evidence: number;
  readonly places: readonly number[];
}

/** R@k: share of the evidence among the first k. any@k: 1 when at least one piece of it is there. Of one question. */
const MEASURES = {
  recallAt5: ({ places, evidence }: Outcome) => places.filter((place) => place < 5).length / evidence,
  recallAt10: ({ places, evidence }: Outcome) => places.filter((place) => place < 10).length / evidence,
  recallAt20: ({ places, evidence }: Outcome) => places.filter((place) => place < 20).length / evidence,
  anyAt1: ({ places }: Outcome) => (places.includes(0) ? 1 : 0),
  anyAt5: ({ places }: Outcome) => (places.some((place) => place < 5) ? 1 : 0),
  anyAt10: ({ places }: Outcome) => (places.some((place) => place < 10) ? 1 : 0),
};

export type Measure = keyof typeof MEASURES;
export type Figures = Readonly<Record<Measure, number>> & { readonly questions: number };

/** A measure as tables name it. */
export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  recallAt5: 'R@5',
  recallAt10: 'R@10',
  recallAt20: 'R@20',
  anyAt1: 'any@1',
  anyAt5: 'any@5',
  anyAt10: 'any@10',
};

/** A measure question by question. */
export const valuesOf = (measure: Measure, outcomes: readonly Outcome[]): number[] => outcomes.map(MEASURES[measure]);

export const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** The means over questions. */
export const figuresOf = (outcomes: readonly Outcome[]): Figures => ({
  questions: outcomes.length,
  recallAt5: mean(valuesOf('recallAt5', outcomes)),
  recallAt10: mean(valuesOf('recallAt10', outcomes)),
  recallAt20: mean(valuesOf('recallAt20', outcomes)),
  anyAt1: mean(valuesOf('anyAt1', outcomes)),
  anyAt5: mean(valuesOf('anyAt5', outcomes)),
  anyAt10: mean(valuesOf('anyAt10', outcomes)),
});

/** How often something of the first kind lies above something of the second: 1 always, 0.5 by chance. Ties count half. */
export const areaUnderCurve = (above: readonly number[], below: readonly number[]): number =>
  mean(above.flatMap((a) => below.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))));
