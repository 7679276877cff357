import { describe, expect, test } from 'bun:test';
import { STEPS } from '../../../../src/retrieval/ranking/ranking.ts';
import { asks, length, tellsName, tellsNumber, tellsTime } from '../../../../src/retrieval/ranking/steps/form.ts';
import { latest } from '../../../../src/retrieval/ranking/steps/latest.ts';
import { answerer, asker, speaker } from '../../../../src/retrieval/ranking/steps/speaker.ts';
import { times } from '../../../../src/retrieval/ranking/steps/times.ts';
import { WEIGHTS } from '../../../../src/retrieval/ranking/weights.ts';
import { findings, foundBy } from '../../../support/retrieval/asking.ts';
import { knowledge, message } from '../../../support/retrieval/documents.ts';
import { indexOf } from '../../../support/retrieval/histories.ts';

const at = Date.parse;

describe('the form of a turn', () => {
  const index = indexOf(
    [
      message(1, 'Is it raining?'),
      message(2, 'It stopped yesterday.'),
      message(3, 'I moved to Lisbon, which tram do I take?'),
      message(4, 'The 28, with Melanie.'),
      knowledge(5, 'Likes trams.'),
    ],
    null,
  );

  test('shows who asks and tells nothing, not who asks and tells', () => {
    expect(foundBy(asks, index, 'x')).toEqual(['message:1']);
  });

  test('counts a time, a number or a name where the question asks for one, and nowhere else', () => {
    expect(foundBy(tellsTime, index, 'When did it stop?')).toEqual(['message:2']);
    expect(foundBy(tellsNumber, index, 'How many trams are there?')).toEqual(['message:4']);
    expect(foundBy(tellsName, index, 'Who takes the tram?')).toEqual(['message:3', 'message:4']);
    for (const step of [tellsTime, tellsNumber, tellsName])
      expect(foundBy(step, index, 'Tell about trams')).toEqual([]);
  });

  test('grows with the length of a turn, up to a bound', () => {
    const texts = ['a', 'two words', 'word '.repeat(30), 'word '.repeat(100), 'word '.repeat(10_000)];
    const lengths = [
      ...findings(
        length,
        indexOf(
          texts.map((text, i) => message(i, text)),
          null,
        ),
        'x',
      ).values(),
    ];
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(new Set(lengths).size).toBe(4);
    expect(lengths.at(-1)).toBe(2);
  });
});

describe('who speaks', () => {
  const index = indexOf(
    [
      message(1, 'I like tea.', { usualSpeaker: 'Melanie Brook' }),
      message(2, 'Try the green one.', { role: 'assistant', usualSpeaker: 'Helper' }),
      message(3, 'And milk.', { name: 'Caroline' }),
    ],
    null,
  );

  test('counts when the question names them, by full or by first name', () => {
    for (const question of ['What does Melanie like?', "melanie's tea", 'Is Melanie Brook here?']) {
      expect(foundBy(speaker, index, question)).toEqual(['message:1']);
    }
    expect(foundBy(speaker, index, 'What do Melanie and Caroline like?')).toEqual([]);
    expect(foundBy(speaker, index, 'What does Melanie say to Caroline?')).toEqual(['message:1']);
    expect(foundBy(speaker, index, 'What does Brook like?')).toEqual([]);
  });

  test('counts when users ask about themselves, or the other side', () => {
    expect(foundBy(asker, index, 'What do I like?')).toEqual(['message:1', 'message:3']);
    expect(foundBy(answerer, index, 'What do you recommend?')).toEqual(['message:2']);
    expect(foundBy(asker, index, 'What did you tell me?')).toEqual([]);
    expect(foundBy(asker, index, 'What did I tell Caroline?')).toEqual([]);
  });
});

describe('when a turn was said', () => {
  const documents = [
    message(1, 'a', { createdAt: at('2025-05-31T23:59:59Z') }),
    message(2, 'b', { createdAt: at('2025-06-11T00:00:00Z') }),
    { ...knowledge(3, 'c'), createdAt: at('2026-01-13T00:00:00Z') },
  ];
  const index = indexOf(documents, null);

  test('counts when the question names the time, less when it is near, knowledge too', () => {
    const may = findings(times, index, 'What did we do in May?');
    expect(may.get('message:1')).toBe(1);
    expect(may.get('message:2')).toBeCloseTo(0.7 / Math.E, 6);
    expect(may.get('knowledge:3')).toBe(0);
    expect(foundBy(times, index, 'What happened yesterday?')).toEqual(['knowledge:3']);
    expect(foundBy(times, index, 'What happened?')).toEqual([]);
  });

  test('counts when the question asks for what holds now: the newest most', () => {
    const found = [...findings(latest, index, 'Where do we live now?').values()];
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found.at(-1)).toBe(1);
    expect(foundBy(latest, index, 'Where do we live?')).toEqual([]);
  });
});

test('every step has a weight, a name of its own and says in words what it is', () => {
  const names = STEPS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(WEIGHTS).sort()).toEqual(names.toSorted());
  for (const { note } of STEPS) expect(note).toMatch(/^[a-z][a-z ,]+$/);
});
