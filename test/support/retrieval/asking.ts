import { Evidence } from '../../../src/retrieval/evidence/evidence.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { readQuestion } from '../../../src/retrieval/question.ts';
import { findingsOf } from '../../../src/retrieval/ranking/ranking.ts';
import type { Step } from '../../../src/retrieval/ranking/steps/step.ts';
import { byName } from './histories.ts';

/** A Wednesday. */
export const NOW = Date.parse('2026-01-14T12:00:00Z');

/** A question held against an index. */
export const evidenceOf = (index: UserIndex, question: string): Evidence =>
  new Evidence(index, readQuestion(question, index, NOW));

/** What a step finds in each document for a question, by name. */
export const findings = (step: Step, index: UserIndex, question: string): Map<string, number> =>
  byName(index, findingsOf(step, evidenceOf(index, question)));

/** The names of the documents that a step finds something in, in order. */
export const foundBy = (step: Step, index: UserIndex, question: string): string[] =>
  [...findings(step, index, question)].filter(([, found]) => found !== 0).map(([name]) => name);
