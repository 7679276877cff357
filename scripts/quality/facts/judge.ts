import { draftsOf } from '../../../src/memory/kinds/extract/drafts.ts';
import type { FactWeights } from '../../../src/memory/kinds/extract/model.ts';
import { contentStems, wordF1 } from '../../../src/text/content-words.ts';
import type { Conversation } from '../conversation.ts';
import { type NotedTurn, notesByTurn } from './noted-turns.ts';

/** A fact that was made of a turn. */
export interface Made {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  readonly turnId: string;
  readonly sessionId: string;
}

/** Made of a conversation: how much of what was noted is there, and how much is there that nobody noted. */
export interface FactFigures {
  readonly noted: number;
  /** Notes that a fact of one of their turns says, at F1 >= .5 of words that tell something. */
  readonly covered: number;
  readonly turns: number;
  readonly made: number;
  /** Facts with F1 < .2 with every note of their session. */
  readonly junk: number;
  /** Facts with F1 < .2 with every note of their turn. */
  readonly strictJunk: number;
}

const COVERED = 0.5;
const UNRELATED = 0.2;

const bestOf = (stems: ReadonlySet<string>, notes: readonly ReadonlySet<string>[]): number =>
  Math.max(0, ...notes.map((note) => wordF1(stems, note)));

export const madeOf = (text: string, turnId: string, sessionId: string): Made => ({
  text,
  stems: contentStems(text),
  turnId,
  sessionId,
});

/** What extraction makes with some weights. */
export const factsWith = (turns: readonly NotedTurn[], weights: FactWeights): Made[] =>
  turns.flatMap(({ read, turnId, sessionId }) =>
    draftsOf(read, weights).map(({ text }) => madeOf(text, turnId, sessionId)),
  );

const SENTENCE = /[^.!?\n]+[.!?]*/g;
const FIRST_PERSON = /\b(?:i|i['’](?:m|ve|ll|d)|my|me|mine)\b/i;

/** A simple way to hold against: every sentence of a user in the first person that asks nothing, as it stands. */
export const firstPersonStatements = ({ sessions }: Conversation): Made[] =>
  sessions.flatMap((session) =>
    session.turns
      .filter(({ role, name }) => role === 'user' || name !== null)
      .flatMap(({ id, text }) =>
        (text.match(SENTENCE) ?? [])
          .filter((sentence) => FIRST_PERSON.test(sentence) && !sentence.includes('?'))
          .map((sentence) => madeOf(sentence, id, session.id)),
      ),
  );

export const figuresOfFacts = (conversation: Conversation, made: readonly Made[]): FactFigures => {
  const notes = notesByTurn(conversation);
  const sessionOf = new Map(
    conversation.sessions.flatMap(({ id, turns }) => turns.map((turn) => [turn.id, id] as const)),
  );
  const bySession = new Map<string, ReadonlySet<string>[]>();
  for (const [turn, some] of notes) {
    const session = sessionOf.get(turn) ?? '';
    bySession.set(session, [...(bySession.get(session) ?? []), ...some]);
  }
  const byTurn = Map.groupBy(made, ({ turnId }) => turnId);
  const noted = conversation.facts.filter(({ turns }) => turns.some((turn) => sessionOf.has(turn)));
  return {
    noted: noted.length,
    covered: noted.filter(({ text, turns }) => {
      const stems = contentStems(text);
      return turns.some((turn) => byTurn.get(turn)?.some((fact) => wordF1(fact.stems, stems) >= COVERED));
    }).length,
    turns: sessionOf.size,
    made: made.length,
    junk: made.filter(({ stems, sessionId }) => bestOf(stems, bySession.get(sessionId) ?? []) < UNRELATED).length,
    strictJunk: made.filter(({ stems, turnId }) => bestOf(stems, notes.get(turnId) ?? []) < UNRELATED).length,
  };
};

/** The sums of figures. */
export const together = (figures: readonly FactFigures[]): FactFigures => {
  const sum = (key: keyof FactFigures): number => figures.reduce((total, each) => total + each[key], 0);
  return {
    noted: sum('noted'),
    covered: sum('covered'),
    turns: sum('turns'),
    made: sum('made'),
    junk: sum('junk'),
    strictJunk: sum('strictJunk'),
  };
};
