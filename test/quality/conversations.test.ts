import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonFile } from '../../scripts/quality/common-format.ts';
import { askedAt, type Conversation } from '../../scripts/quality/conversation.ts';
import { OWN_CONVERSATIONS, readConversations } from '../../scripts/quality/conversations.ts';

const files = readdirSync(OWN_CONVERSATIONS).filter((name) => name.endsWith('.json'));
const contentOf = (file: string): unknown => JSON.parse(readFileSync(join(OWN_CONVERSATIONS, file), 'utf8'));
const conversations = readConversations(OWN_CONVERSATIONS).flat();

/** When each turn was said, by its id. */
const timesOf = ({ sessions }: Conversation): ReadonlyMap<string, number> =>
  new Map(sessions.flatMap(({ turns }) => turns.map(({ id, at }) => [id, at] as const)));

/** Those that occur again. */
const repeated = (ids: readonly string[]): string[] => ids.filter((id, i) => ids.indexOf(id) !== i);

test.each(files)('%s holds nothing that its format does not know', (file) => {
  const content = contentOf(file);
  expect(commonFile.parse(content)).toEqual(content as ReturnType<typeof commonFile.parse>);
});

test.each(files)('the ids of conversations, sessions, turns and questions in %s are unique', (file) => {
  const { conversations: own } = commonFile.parse(contentOf(file));
  expect(repeated(own.map(({ id }) => id))).toEqual([]);
  for (const { sessions, questions } of own) {
    expect(repeated(sessions.map(({ id }) => id))).toEqual([]);
    expect(repeated(sessions.flatMap(({ turns }) => turns.map(({ id }) => id)))).toEqual([]);
    expect(repeated(questions.map(({ id }) => id))).toEqual([]);
  }
});

test('at least a third of the accounts have ids that say nothing', () => {
  const opaque = conversations.filter(({ id }) => /\d/.test(id));
  expect(opaque.length * 3).toBeGreaterThanOrEqual(conversations.length);
});

test('an account that stands in two files, asked in another language, said the same in both', () => {
  for (const [, copies] of Map.groupBy(conversations, ({ id }) => id)) {
    for (const copy of copies) expect(copy.sessions).toEqual((copies[0] as Conversation).sessions);
  }
});

describe.each(conversations.map((each) => [each.kind, each.id, each] as const))(
  'in %s, %s',
  (_kind, _id, conversation) => {
    const times = timesOf(conversation);
    const said = [...times.values()];
    const { questions } = conversation;
    const timeOf = (turn: string): number => times.get(turn) ?? Number.NaN;

    test('turns are in order of time and say something', () => {
      expect(said).toEqual(said.toSorted((a, b) => a - b));
      const texts = conversation.sessions.flatMap(({ turns }) => turns.map(({ text }) => text));
      expect(texts.filter((text) => text.trim() === '')).toEqual([]);
    });

    test('the evidence of a question was said before it is asked', () => {
      const wrong = questions.filter((question) =>
        [...question.evidence, ...question.stale].some((turn) => !(timeOf(turn) <= askedAt(conversation, question))),
      );
      expect(wrong).toEqual([]);
    });

    test('what is stale was said before all of the evidence', () => {
      const wrong = questions.filter(({ evidence, stale }) => {
        const first = Math.min(...evidence.map(timeOf));
        return stale.some((turn) => !(timeOf(turn) < first));
      });
      expect(wrong).toEqual([]);
    });

    test('exactly the questions that can be answered have evidence', () => {
      const wrong = questions.filter(
        ({ answerable, evidence, category }) =>
          answerable !== evidence.length > 0 || answerable !== (category !== 'abstention'),
      );
      expect(wrong).toEqual([]);
    });

    test('a question that is asked in the middle finds only what was said by then', () => {
      const last = said.at(-1) as number;
      expect(questions.filter(({ asOf, cut }) => cut !== (asOf !== null && asOf < last))).toEqual([]);
    });
  },
);
