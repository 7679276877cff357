import { findMultilingualModel } from '../../src/embedding/multilingual-model.ts';
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

/**
 * One question with what each step finds in the passages of each turn that may answer it, the first so many of its
 * conversation.
 */
export interface Example {
  readonly conversation: Conversation;
  readonly question: Question;
  /** By the step's name, then by passage. */
  readonly findings: Readonly<Record<string, Float32Array>>;
  /** Whether anything speaks for a passage: others are not handed out. */
  readonly isSupported: readonly boolean[];
  /** Where the passages of each turn begin, and behind the last turn where they end. */
  readonly starts: Int32Array;
  /** Turns, by their place in the conversation. */
  readonly evidence: readonly number[];
}

export const openMeaning = async (): Promise<Meaning> =>
  createMeaning(await openStaticModel(), await findMultilingualModel());

/** A conversation's turns in an index, their passages one after the other. */
export const indexOf = (
  { sessions }: Conversation,
  meaning: Meaning | null,
  vectors: ConversationVectors | null = null,
): UserIndex => {
  const index = new UserIndex(meaning);
  sessions.forEach(({ turns }, session) => {
    turns.forEach(({ role, name, text, at }, sequence) => {
      const place = { kind: 'message', key: index.size + 1, sessionKey: session + 1, sequence: sequence + 1 } as const;
      index.add({ ...place, role, name, content: text, createdAt: at });
    });
  });
  if (vectors) {
    const { model, turns } = vectors;
    const held = new ModelVectors(model, new VectorPool(model.dimensions));
    for (const [turn, vector] of turns.entries()) held.put(index.slotOf(turn + 1) as number, vector);
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
  const starts = Int32Array.from({ length: index.size + 1 }, (_, turn) => index.slotOf(turn + 1) ?? index.slotCount);
  const examples = conversation.questions
    .map((question, i) => ({ question, byModel: vectors?.questions[i] }))
    .filter(({ question }) => question.evidence.length > 0)
    .map(({ question, byModel }) => {
      const evidence = new Evidence(
        index,
        readQuestion(question.text, index, askedAt(conversation, question), { byModel }),
      );
      const turns = turnsFor(conversation, question);
      const places = new Map(turns.map(({ id }, place) => [id, place]));
      const passages = starts[turns.length] as number;
      return {
        conversation,
        question,
        findings: Object.fromEntries(
          steps.map((step) => [step.name, findingsOf(step, evidence).subarray(0, passages)]),
        ),
        isSupported: Array.from({ length: passages }, (_, passage) => isSupported(evidence, passage)),
        starts: starts.subarray(0, turns.length + 1),
        evidence: question.evidence.flatMap((id) => places.get(id) ?? []),
      };
    });
  index.close();
  return examples;
};

/** The best passage of each turn, by the sums of passages. */
export const bestPassages = ({ starts }: Example, sums: ArrayLike<number>): Int32Array =>
  Int32Array.from({ length: starts.length - 1 }, (_, turn) => {
    let best = starts[turn] as number;
    for (let passage = best + 1; passage < (starts[turn + 1] as number); passage += 1) {
      if ((sums[passage] as number) > (sums[best] as number)) best = passage;
    }
    return best;
  });

/** Turns by numbers of theirs, the highest first, of equal ones the newer. */
export const bestTurns = (scores: ArrayLike<number>, count: number): number[] =>
  Array.from({ length: scores.length }, (_, turn) => turn)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || b - a)
    .slice(0, count);

/** Where a ranking put an example's evidence. */
export const outcomeOf = ({ question, conversation, evidence }: Example, ranked: readonly number[]): Outcome => ({
  category: question.category,
  group: conversation.kind,
  evidence: evidence.length,
  places: evidence.map((turn) => ranked.indexOf(turn)).filter((place) => place >= 0),
});
