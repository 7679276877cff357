import type { Evidence } from '../../evidence/evidence.ts';

/** One step of the ranking: what it finds in each document, on a fixed scale, from about 0 to 1. */
export interface Step {
  /** As `explain` names it. */
  readonly name: string;
  /** In words, for who asks why. */
  readonly note: string;
  /** Whether it looks at the documents alone, so that it is worked out once for many questions. */
  readonly isOfDocument?: true;
  /** Adds `weight` times what it finds to each document's sum, by slot. */
  add(evidence: Evidence, weight: number, sums: Float32Array): void;
}
