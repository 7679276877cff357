import { ALL_STEPS, findingsOf, type Part, type Weights } from './ranking.ts';

/** What one step made of a result. */
export interface Explanation {
  readonly step: string;
  /** Part of the sum that the score is made of. */
  readonly score: number;
  readonly note: string;
}

/** For each slot what each step gave it; steps that gave nothing are left out. */
export const explainEach = (
  results: readonly { readonly slot: number }[],
  parts: readonly Part[],
  weights: Weights,
): Explanation[][] => {
  const explained = results.map((): Explanation[] => []);
  for (const { name, note, ...step } of ALL_STEPS) {
    const weight = weights[name] ?? 0;
    if (weight === 0) continue;
    const findings = parts.map(({ evidence, share }) => ({
      found: findingsOf({ name, note, ...step }, evidence),
      share,
    }));
    results.forEach(({ slot }, i) => {
      const score = findings.reduce((sum, { found, share }) => sum + weight * share * (found[slot] as number), 0);
      if (score !== 0) explained[i]?.push({ step: name, score, note });
    });
  }
  return explained;
};

/** What all results of a question have in common: how much of it they cover, in place of how high the best stands. */
export const certaintyStep = (score: number): Explanation => ({
  step: 'certainty',
  score,
  note: 'how much of the question the best results cover',
});

/** What a result has by standing above or below another that it takes the place of. */
export const newerStep = (score: number): Explanation => ({
  step: 'newer_first',
  score,
  note: 'said anew, or said otherwise later',
});
