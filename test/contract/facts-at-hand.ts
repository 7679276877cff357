import type { FactDraft } from '../../src/contract/fact-drafts.ts';
import type { NewMention, Supersession } from '../../src/contract/facts.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import type { ExtractOutcome, Filed } from '../../src/contract/work.ts';
import { ANN, END_OF_TIME } from './background.ts';
import { mintId, present, type World } from './world.ts';

/** What facts of tests are nominated by unless they say otherwise. */
export const TERMS: readonly string[] = ['=lives_in ada', 'live'];

export type Learned = Partial<FactDraft> & {
  readonly id?: string;
  readonly terms?: readonly string[];
  readonly saidAt?: number;
};

/** A statement; what is not given is plain. */
export const newDraft = (messageKeys: readonly number[], more: Learned = {}): FactDraft => {
  const { id: _id, terms: _terms, saidAt: _saidAt, ...given } = more;
  return {
    text: 'Ada lives in Graz.',
    subject: 'Ada',
    predicate: 'lives_in',
    object: 'Graz',
    category: 'home',
    confidence: 0.6,
    validFromMs: null,
    validToMs: null,
    entities: [],
    messageKeys,
    ...given,
  };
};

/** Hands to file facts of sessions. */
export const factsOf = (world: World) => {
  const { store, scope } = world;

  /** One round of so many messages, with the task of extraction over it, taken. */
  const say = async (session: SessionRecord, texts: readonly string[]): Promise<OutboxTask> => {
    const messages = texts.map((text) => world.message(text));
    const work = world.work({ kinds: ['extract'] });
    const { tasks } = await store.messages.append(scope, session.id, messages, undefined, work);
    return claim(present(tasks[0]));
  };

  const claim = async ({ key }: Pick<OutboxTask, 'key'>): Promise<OutboxTask> =>
    present((await store.work.take([key], ANN, END_OF_TIME, END_OF_TIME))[0]);

  /** The outcome of a task in which each message of the range says one fact, in order; more facts are of the last. */
  const prepare = async (
    task: OutboxTask,
    learned: readonly Learned[],
    supersessions: readonly Supersession[] = [],
    before = 0,
  ): Promise<ExtractOutcome> => {
    const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
    const read = await store.work.read(task, before);
    const { generation } = await store.work.nominate(task, []);
    const mentions = learned.map((one, i): NewMention => {
      const message = present(read.messages[i] ?? read.messages.at(-1));
      const { id = mintId(), terms = TERMS, saidAt = message.createdAt } = one;
      return { factId: id, draft: newDraft([message.key], one), terms, saidAt };
    });
    return {
      kind: 'extract',
      taskKey,
      owner: ANN,
      ...{ tenantKey, userKey, sessionKey, firstSequence, lastSequence },
      version: read.version,
      factsGeneration: generation,
      before: read.before?.range ?? null,
      mentions,
      supersessions,
      at: world.at(),
    };
  };

  const file = async (outcome: ExtractOutcome): Promise<Filed> => present((await store.work.file([outcome]))[0]);

  /** Files facts of a task, which must be accepted. Answers their ids. */
  const finish = async (
    task: OutboxTask,
    learned: readonly Learned[],
    supersessions: readonly Supersession[] = [],
  ): Promise<string[]> => {
    const outcome = await prepare(task, learned, supersessions);
    const filed = await file(outcome);
    if (filed !== 'done') throw new Error(`The facts were not filed: ${filed}`);
    return outcome.mentions.map(({ factId }) => factId);
  };

  return {
    say,
    claim,
    prepare,
    file,
    finish,
    /** A message that says a fact, filed. Answers the id of the fact. */
    learn: async (session: SessionRecord, learned: Learned, supersessions: readonly Supersession[] = []) =>
      present((await finish(await say(session, ['said']), [learned], supersessions))[0]),
  };
};
