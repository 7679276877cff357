import type { FactDraft } from '../../../contract/fact-drafts.ts';
import type { WorkMessage, WorkRead } from '../../../contract/work.ts';
import type { LanguageModel } from '../../language-model.ts';
import type { DraftHeader, MakeContext, TaskRequest } from '../kind.ts';
import type { ReadFacts } from './open-reading.ts';
import { type Said, type Settled, settle } from './settle.ts';
import { rivalTermsOf, termsOfStatement } from './terms.ts';
import type { ExtractTurn } from './turns.ts';

/** Turns before the range that help to understand it: what an answer answers, whom "she" is. */
const TURNS_BEFORE = 10;
/** Turns that are read without a sign of life between them. */
const TURNS_AT_A_TIME = 50;

/** The result of a Worker for an `extract` task. */
export interface ExtractDraft extends DraftHeader, Settled {
  readonly kind: 'extract';
  readonly factsGeneration: number;
  readonly before: NonNullable<WorkRead['before']>['range'] | null;
}

const turnOf = (message: WorkMessage, isContext: boolean): ExtractTurn => ({
  key: message.key,
  role: message.role,
  isNamed: message.name !== null,
  speaker: message.name ?? message.usualSpeaker ?? message.role,
  content: message.content,
  createdAtMs: message.createdAt,
  isContext,
});

/** Reads turns some at a time, each time with those before them. */
const readAll = async (
  context: readonly WorkMessage[],
  messages: readonly WorkMessage[],
  readFacts: ReadFacts,
  beat: () => void,
): Promise<FactDraft[]> => {
  const all = [...context, ...messages];
  const drafts: FactDraft[] = [];
  for (let from = context.length; from < all.length; from += TURNS_AT_A_TIME) {
    const before = all.slice(Math.max(0, from - TURNS_BEFORE), from);
    const some = all.slice(from, from + TURNS_AT_A_TIME);
    drafts.push(
      ...(await readFacts([
        ...before.map((message) => turnOf(message, true)),
        ...some.map((message) => turnOf(message, false)),
      ])),
    );
    beat();
  }
  return drafts;
};

/**
 * Makes the handler of `extract` tasks: it reads a range of a session as it is now, and compares what is said there with what the
 * store knows of the user.
 * @param open called with each task; it loads what reads statements with the first.
 */
export const makeExtractBy =
  (open: (llm: LanguageModel | null) => Promise<ReadFacts>) =>
  async ({ task, isOn }: TaskRequest, { work, ids, beat, llm = null }: MakeContext): Promise<ExtractDraft> => {
    const { messages, version, before } = await work.read(task, isOn ? TURNS_BEFORE : 0);
    beat();
    const drafts = isOn ? await readAll(before?.messages ?? [], messages, await open(llm), beat) : [];
    const saidAt = new Map(messages.map(({ key, createdAt }) => [key, createdAt]));
    const said = drafts
      .map((draft): Said => {
        const at = saidAt.get(draft.messageKeys[0] ?? 0) ?? 0;
        return { draft, terms: termsOfStatement(draft), rivalTerms: rivalTermsOf(draft), saidAt: at };
      })
      .toSorted((a, b) => a.saidAt - b.saidAt);
    const nominations = await work.nominate(
      task,
      said.map(({ rivalTerms }) => rivalTerms),
    );
    beat();
    return {
      kind: 'extract',
      version,
      rounds: new Set(messages.map(({ round }) => round)).size,
      factsGeneration: nominations.generation,
      before: before?.range ?? null,
      ...settle(said, nominations, () => ids.uuid()),
    };
  };
