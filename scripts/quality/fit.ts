/**
 * Fits the weights of the ranking: a softmax over all turns of a conversation, whose mass should lie on the evidence
 * (ListNet, Cao et al. 2007, top one), with an L2 penalty, by Adam. Few parameters, each with a reason, and no candidate
 * pool, so that nothing depends on where a turn was met.
 */

import { openStaticModel } from '../../src/embedding/static-model.ts';
import { Evidence } from '../../src/retrieval/evidence.ts';
import { createMeaning, type Meaning } from '../../src/retrieval/meaning.ts';
import { readQuestion } from '../../src/retrieval/question.ts';
import { findingsOf, STEPS, type Weights } from '../../src/retrieval/ranking.ts';
import { UserIndex } from '../../src/retrieval/user-index.ts';
import { askedAt, type Conversation, type Question } from './conversations.ts';

/** One question with what each step finds in each turn of its conversation. */
export interface Example {
  readonly conversation: Conversation;
  readonly question: Question;
  /** By step, then by turn. */
  readonly findings: readonly Float32Array[];
  /** Turns, by their place in the conversation. */
  readonly evidence: readonly number[];
}

export const openMeaning = async (): Promise<Meaning> => createMeaning(await openStaticModel());

/** A conversation's turns in an index, each in the slot of its place. */
export const indexOf = ({ sessions, usualSpeakers }: Conversation, meaning: Meaning | null): UserIndex => {
  const index = new UserIndex(meaning);
  sessions.forEach(({ turns }, session) => {
    turns.forEach(({ role, name, text, at }, sequence) => {
      const usualSpeaker = usualSpeakers[role];
      const place = { kind: 'message', key: index.size + 1, sessionKey: session + 1, sequence: sequence + 1 } as const;
      index.add({ ...place, role, name, usualSpeaker, content: text, createdAt: at });
    });
  });
  return index;
};

/** Questions without evidence teach a ranking nothing. */
export const examplesOf = (conversation: Conversation, meaning: Meaning | null): Example[] => {
  const index = indexOf(conversation, meaning);
  const turns = conversation.sessions.flatMap(({ turns: all }) => all);
  const places = new Map(turns.map(({ id }, place) => [id, place]));
  const nowMs = askedAt(conversation);
  return conversation.questions
    .filter(({ evidence }) => evidence.length > 0)
    .map((question) => {
      const evidence = new Evidence(index, readQuestion(question.text, index, nowMs));
      return {
        conversation,
        question,
        findings: STEPS.map((step) => findingsOf(step, evidence)),
        evidence: question.evidence.flatMap((id) => places.get(id) ?? []),
      };
    });
};

const sumsOf = ({ findings }: Example, weights: Float64Array): Float64Array => {
  const sums = new Float64Array(findings[0]?.length ?? 0);
  findings.forEach((found, step) => {
    const weight = weights[step] as number;
    if (weight === 0) return;
    for (let turn = 0; turn < sums.length; turn += 1)
      sums[turn] = (sums[turn] as number) + weight * (found[turn] as number);
  });
  return sums;
};

export interface FitOptions {
  readonly rounds?: number;
  readonly penalty?: number;
  /** Steps that stay out. */
  readonly without?: readonly string[];
}

/** @returns the weights by step, of the steps that take part. */
export const fitWeights = (examples: readonly Example[], options: FitOptions = {}): Weights => {
  const { rounds = 200, penalty = 2, without = [] } = options;
  const used = STEPS.flatMap(({ name }, step) => (without.includes(name) ? [] : [step]));
  const weights = new Float64Array(STEPS.length);
  const mean = new Float64Array(STEPS.length);
  const variance = new Float64Array(STEPS.length);
  for (let round = 1; round <= rounds; round += 1) {
    const gradient = new Float64Array(STEPS.length);
    for (const example of examples) {
      const sums = sumsOf(example, weights);
      const highest = sums.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      let total = 0;
      for (let turn = 0; turn < sums.length; turn += 1) {
        sums[turn] = Math.exp((sums[turn] as number) - highest);
        total += sums[turn] as number;
      }
      for (const step of used) {
        const found = example.findings[step] as Float32Array;
        let expected = 0;
        for (let turn = 0; turn < sums.length; turn += 1) expected += (sums[turn] as number) * (found[turn] as number);
        const wanted = example.evidence.reduce((sum, turn) => sum + (found[turn] as number), 0);
        gradient[step] = (gradient[step] as number) + expected / total - wanted / example.evidence.length;
      }
    }
    for (const step of used) {
      const slope = ((gradient[step] as number) + penalty * 0.1 * (weights[step] as number)) / examples.length;
      mean[step] = 0.9 * (mean[step] as number) + 0.1 * slope;
      variance[step] = 0.999 * (variance[step] as number) + 0.001 * slope * slope;
      const direction = (mean[step] as number) / (1 - 0.9 ** round);
      const speed = Math.sqrt((variance[step] as number) / (1 - 0.999 ** round)) + 1e-8;
      weights[step] = (weights[step] as number) - (0.1 * direction) / speed;
    }
  }
  return Object.fromEntries(
    used.map((step) => [(STEPS[step] as (typeof STEPS)[number]).name, weights[step] as number]),
  );
};

/** The best turns of an example under some weights, the best first. */
export const rankExample = (example: Example, weights: Weights, count: number): number[] => {
  const sums = sumsOf(
    example,
    Float64Array.from(STEPS, ({ name }) => weights[name] ?? 0),
  );
  return [...sums.keys()].sort((a, b) => (sums[b] as number) - (sums[a] as number)).slice(0, count);
};
