import { openStaticModel } from '../../src/embedding/static-model.ts';
import { Evidence } from '../../src/retrieval/evidence/evidence.ts';
import { createMeaning, type Meaning } from '../../src/retrieval/index/meaning.ts';
import { ModelVectors } from '../../src/retrieval/index/model-vectors.ts';
import { UserIndex } from '../../src/retrieval/index/user-index.ts';
import { VectorPool } from '../../src/retrieval/index/vectors/vector-pool.ts';
import { readQuestion } from '../../src/retrieval/question.ts';
import { isSupported } from '../../src/retrieval/ranking/candidates.ts';
import { findingsOf, STEPS } from '../../src/retrieval/ranking/ranking.ts';
import type { Step } from '../../src/retrieval/ranking/steps/step.ts';
import { askedAt, type Conversation, type Question, turnsFor } from './conversation.ts';
import type { ConversationVectors } from './conversation-vectors.ts';
import type { Outcome } from './figures.ts';

/** One question with what each step finds in each turn that may answer it, the first so many of its conversation. */
export interface Example {
  readonly conversation: Conversation;
  readonly question: Question;
  /** By the step's name, then by turn. */
  readonly findings: Readonly<Record<string, Float32Array>>;
  /** Whether anything speaks for a turn: others are not handed out. */
  readonly isSupported: readonly boolean[];
  /** Turns, by their place in the conversation. */
  readonly evidence: readonly number[];
}

export const openMeaning = async (): Promise<Meaning> => createMeaning(await openStaticModel());

/** A conversation's turns in an index, each in the slot of its place. */
export const indexOf = (
  { sessions, usualSpeakers }: Conversation,
  meaning: Meaning | null,
  vectors: ConversationVectors | null = null,
): UserIndex => {
  const index = new UserIndex(meaning);
  sessions.forEach(({ turns }, session) => {
    turns.forEach(({ role, name, text, at }, sequence) => {
      const usualSpeaker = usualSpeakers[role];
      const place = { kind: 'message', key: index.size + 1, sessionKey: session + 1, sequence: sequence + 1 } as const;
      index.add({ ...place, role, name, usualSpeaker, content: text, createdAt: at });
    });
  });
  if (vectors) {
    const { model, turns } = vectors;
    const held = new ModelVectors(model, new VectorPool(model.dimensions));
    for (const [slot, vector] of turns.entries()) held.put(slot, vector);
    index.model = held;
  }
  return index;
};

/**
 * Questions without evidence teach a ranking nothing.
 *
 * @param vectors what a configured model makes of the conversation, for the steps that go by it.
 */
export const examplesOf = (
  conversation: Conversation,
  meaning: Meaning | null,
  steps: readonly Step[] = STEPS,
  vectors: ConversationVectors | null = null,
): Example[] => {
  const index = indexOf(conversation, meaning, vectors);
  const examples = conversation.questions
    .map((question, i) => ({ question, byModel: vectors?.questions[i] }))
    .filter(({ question }) => question.evidence.length > 0)
    .map(({ question, byModel }) => {
      const evidence = new Evidence(
        index,
        readQuestion(question.text, index, askedAt(conversation, question), byModel),
      );
      const turns = turnsFor(conversation, question);
      const places = new Map(turns.map(({ id }, place) => [id, place]));
      return {
        conversation,
        question,
        findings: Object.fromEntries(
          steps.map((step) => [step.name, findingsOf(step, evidence).subarray(0, turns.length)]),
        ),
        isSupported: turns.map((_, turn) => isSupported(evidence, turn)),
        evidence: question.evidence.flatMap((id) => places.get(id) ?? []),
      };
    });
  index.close();
  return examples;
};

/** Turns by their sums, the highest first, of equal ones the newer. */
export const bestTurns = (sums: ArrayLike<number>, count: number): number[] =>
  Array.from({ length: sums.length }, (_, turn) => turn)
    .sort((a, b) => (sums[b] as number) - (sums[a] as number) || b - a)
    .slice(0, count);

/** Where a ranking put an example's evidence. */
export const outcomeOf = ({ question, conversation, evidence }: Example, ranked: readonly number[]): Outcome => ({
  category: question.category,
  group: conversation.kind,
  evidence: evidence.length,
  places: evidence.map((turn) => ranked.indexOf(turn)).filter((place) => place >= 0),
});
