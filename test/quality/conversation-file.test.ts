import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedAt, type Conversation, TURN_MS, turnsFor } from '../../scripts/quality/conversation.ts';
import { readConversations } from '../../scripts/quality/conversations.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const moved = {
  id: 'u_1',
  sessions: [
    {
      id: 's1',
      at: '2025-03-01T23:30+01:00',
      turns: [
        { id: 's1:1', role: 'user', name: 'Ada', text: 'I live in Graz.' },
        { id: 's1:2', role: 'assistant', text: 'Noted.' },
      ],
    },
    { id: 's2', at: null, turns: [{ id: 's2:1', role: 'user', text: 'I moved.', at: '2025-04-01T08:00:00Z' }] },
  ],
  questions: [
    {
      id: 'q1',
      question: 'Where do I live?',
      category: 'update',
      evidence_turns: ['s2:1'],
      evidence_sessions: [],
      stale_turns: ['s1:1'],
      answer: 'elsewhere',
      answerable: true,
    },
    {
      id: 'q2',
      question: 'And my car?',
      category: 'abstention',
      as_of: '2025-03-15T00:00:00Z',
      cut: true,
      evidence_turns: [],
      evidence_sessions: [],
      answer: '',
      answerable: false,
    },
  ],
  facts: [],
};

/** What is read of folders, each with files by their names. */
const readAll = (...folders: Record<string, unknown>[]): Conversation[][] => {
  const root = temporaryFolder();
  try {
    const paths = folders.map((files, i) => {
      const path = join(root.path, String(i));
      mkdirSync(path);
      for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), JSON.stringify(content));
      return path;
    });
    return readConversations(...paths);
  } finally {
    root.remove();
  }
};

const [conversation] = readAll({ 'changes.json': { conversations: [moved] } }).flat() as [Conversation];

test('turns keep their names and times, and follow the beginning of their session where they have none', () => {
  const start = Date.parse('2025-03-01T22:30:00Z');
  expect(conversation.sessions.flatMap(({ turns }) => turns)).toEqual([
    { id: 's1:1', role: 'user', name: 'Ada', text: 'I live in Graz.', at: start },
    { id: 's1:2', role: 'assistant', name: null, text: 'Noted.', at: start + TURN_MS },
    { id: 's2:1', role: 'user', name: null, text: 'I moved.', at: Date.parse('2025-04-01T08:00:00Z') },
  ]);
});

test('a question knows its evidence, what is stale, whether it can be answered and when it is asked', () => {
  expect(conversation.questions).toEqual([
    {
      text: 'Where do I live?',
      category: 'update',
      evidence: ['s2:1'],
      stale: ['s1:1'],
      answerable: true,
      asOf: null,
      cut: false,
    },
    {
      text: 'And my car?',
      category: 'abstention',
      evidence: [],
      stale: [],
      answerable: false,
      asOf: Date.parse('2025-03-15T00:00:00Z'),
      cut: true,
    },
  ]);
});

test('a question is asked after the last turn, and a cut one is answered by what was said before it', () => {
  const [open, cut] = conversation.questions as [Conversation['questions'][0], Conversation['questions'][0]];
  expect(askedAt(conversation, open)).toBe(Date.parse('2025-04-01T08:00:00Z') + TURN_MS);
  expect(turnsFor(conversation, open)).toHaveLength(3);
  expect(askedAt(conversation, cut)).toBe(Date.parse('2025-03-15T00:00:00Z'));
  expect(turnsFor(conversation, cut).map(({ id }) => id)).toEqual(['s1:1', 's1:2']);
});

test('a kind is the name of its file, and no two users of all folders have one name', () => {
  const locomo = {
    speaker_a: 'Ada',
    qa: [{ question: 'Who?', category: 1, evidence: ['D1:1'] }],
    session_1: [{ dia_id: 'D1:1', speaker: 'Ada', text: 'Hello.' }],
    session_1_date_time: '1:56 pm on 8 May, 2023',
  };
  const read = readAll(
    { 'a.json': { conversations: [moved] }, 'b.json': { conversations: [moved] } },
    { '7.json': locomo },
  );
  const told = read.map((folder) => folder.map(({ kind, usualSpeakers }) => [kind, usualSpeakers.user]));
  expect(told).toEqual([
    [
      ['a', 'u_1'],
      ['b', 'u_1 2'],
    ],
    [['locomo', '7']],
  ]);
});
