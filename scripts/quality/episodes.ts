import type { WorkMessage } from '../../src/contract/work.ts';
import { estimateTokens } from '../../src/memory/kinds/index/chunker.ts';
import { beginningsOf } from '../../src/memory/kinds/summarise/borders.ts';
import { readMessages } from '../../src/memory/kinds/summarise/episode.ts';
import { wordCount } from '../../src/memory/kinds/summarise/statements.ts';
import { chooseStatements } from '../../src/memory/kinds/summarise/summary.ts';
import type { TopicModel } from '../../src/memory/kinds/summarise/topics.ts';
import { AGENT_MARK, USER_MARK } from '../../src/text/account-marks.ts';
import type { Tagger } from '../../src/text/clauses/tagger.ts';
import { termsIn } from '../../src/text/terms.ts';
import type { Conversation, Session, Turn } from './conversation.ts';

/** Which of the segments that begin at some places each of so many turns is in. */
const segmentsOf = (beginnings: ReadonlySet<number>, count: number): number[] => {
  let segment = -1;
  return Array.from({ length: count }, (_, i) => {
    if (beginnings.has(i)) segment += 1;
    return segment;
  });
};

/**
 * Pk (Beeferman, Berger and Lafferty 1999): the share of pairs of turns, half a session apart, of which it is said wrongly whether
 * they are of one session. The sessions stand one after the other, without their times.
 */
export const pkOf = (sessions: readonly Session[], model: TopicModel): number => {
  const turns = sessions.flatMap((session) => session.turns);
  const starts = new Set<number>();
  let at = 0;
  for (const { turns: some } of sessions) {
    starts.add(at);
    at += some.length;
  }
  const told = beginningsOf(
    turns.map(({ role, name, text }) => ({
      ...{ speaker: name ?? role, text, tokens: estimateTokens(text), createdAt: 0 },
    })),
    model,
  );
  const [gold, made] = [segmentsOf(starts, turns.length), segmentsOf(new Set(told), turns.length)];
  const apart = Math.max(1, Math.round(turns.length / sessions.length / 2));
  let wrong = 0;
  for (let i = 0; i + apart < turns.length; i += 1) {
    if ((gold[i] === gold[i + apart]) !== (made[i] === made[i + apart])) wrong += 1;
  }
  return wrong / Math.max(1, turns.length - apart);
};

/** A session of each conversation in turn. */
export const interleaved = (conversations: readonly Conversation[]): Session[] => {
  const most = Math.max(0, ...conversations.map(({ sessions }) => sessions.length));
  return Array.from({ length: most }, (_, i) => conversations.flatMap(({ sessions }) => sessions[i] ?? [])).flat();
};

/** Turns as a Worker reads them. */
export const workMessagesOf = (turns: readonly Turn[]): WorkMessage[] =>
  turns.map(({ role, name, text, at }, i) => ({
    ...{ key: i + 1, sequence: i + 1, round: i + 1, role, name, usualSpeaker: null, content: text, createdAt: at },
  }));

/** The share of the content words of some texts, with repeats, that a text of no more words has too. */
const recallOf = (gold: readonly string[], text: string): number => {
  const counts = new Map<string, number>();
  for (const term of termsIn(text, 'en')) counts.set(term, (counts.get(term) ?? 0) + 1);
  const wanted = gold.flatMap((one) => termsIn(one, 'en'));
  let found = 0;
  for (const term of wanted) {
    const left = counts.get(term) ?? 0;
    if (left > 0) found += 1;
    counts.set(term, left - 1);
  }
  return found / wanted.length;
};

const firstWords = (text: string, count: number): string => text.split(/\s+/).slice(0, count).join(' ');

/** What a summary is held against: what was noted of a session, or what somebody wrote of it as a whole. */
type Gold = (session: Session, conversation: Conversation) => readonly string[];

export const notedOf: Gold = ({ turns }, { facts }) => {
  const ids = new Set(turns.map(({ id }) => id));
  return facts.filter((fact) => fact.turns.some((id) => ids.has(id))).map(({ text }) => text);
};
export const writtenOf: Gold = ({ summary }) => (summary === undefined ? [] : [summary]);

/** Content ROUGE-1 of a summary of each session against a gold of it, at equal length, and of its first words. */
export const recallsOf = (conversation: Conversation, goldOf: Gold, tagger: Tagger) =>
  conversation.sessions.flatMap((session) => {
    const gold = goldOf(session, conversation);
    const words = gold.reduce((sum, text) => sum + wordCount(text), 0);
    if (words === 0) return [];
    const { turns } = session;
    const { user, assistant } = conversation.usualSpeakers;
    const { statements } = readMessages(workMessagesOf(turns), tagger);
    const chosen = chooseStatements(statements, words).map(({ text }) => text);
    const summary = chosen.join(' ').replaceAll(USER_MARK, user).replaceAll(AGENT_MARK, assistant);
    const beginning = turns.map(({ text }) => text).join(' ');
    return [
      {
        summary: recallOf(gold, firstWords(summary, words)),
        beginning: recallOf(gold, firstWords(beginning, words)),
      },
    ];
  });
