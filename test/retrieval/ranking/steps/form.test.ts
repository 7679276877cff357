import { describe, expect, test } from 'bun:test';
import { bestOf } from '../../../../src/retrieval/ranking/candidates.ts';
import { rank, STEPS } from '../../../../src/retrieval/ranking/ranking.ts';
import {
  asks,
  fitsIn,
  manyPassages,
  preference,
  preferenceWished,
  short,
  tellsName,
  tellsNumber,
  tellsTime,
} from '../../../../src/retrieval/ranking/steps/form.ts';
import { goesOn } from '../../../../src/retrieval/ranking/steps/goes-on.ts';
import { asker, speaker, user } from '../../../../src/retrieval/ranking/steps/speaker.ts';
import { times } from '../../../../src/retrieval/ranking/steps/times.ts';
import { WEIGHTS } from '../../../../src/retrieval/ranking/weights.ts';
import { passagesOf } from '../../../../src/text/passages.ts';
import { evidenceOf, findings, foundBy } from '../../../support/retrieval/asking.ts';
import { knowledge, message } from '../../../support/retrieval/documents.ts';
import { indexOf } from '../../../support/retrieval/histories.ts';
import { realMeaning } from '../../../support/retrieval/real-meaning.ts';

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

  test('tells of a preference what is liked, avoided or wanted, and more to who wishes for something', () => {
    const told = indexOf(
      [
        message(1, 'I never eat peanuts.'),
        message(2, 'Peanuts are rich in oil.'),
        message(3, 'I love peanuts too, as an AI.', { role: 'assistant' }),
      ],
      null,
    );
    expect(foundBy(preference, told, 'x')).toEqual(['message:1']);
    expect(foundBy(preferenceWished, told, 'Can you recommend a snack?')).toEqual(['message:1']);
    expect(foundBy(preferenceWished, told, 'Which snack did you recommend?')).toEqual([]);
  });

  test('takes from a text of few words, by how few, and nothing from a longer one', () => {
    const texts = ['', 'a', 'two words', 'word '.repeat(9), 'word '.repeat(60), 'word '.repeat(10_000)];
    const index = indexOf(
      texts.map((text, i) => message(i, text)),
      null,
    );
    const found = [...findings(short, index, 'x').values()];
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found.map((folds) => folds < 0)).toEqual([true, true, true, false, false, false]);
  });

  test('takes from each of many passages, and the best of a text stands for it', () => {
    const text = [...Array(40).keys()].map((i) => `Line ${i} of the log says that all is well on this machine.`);
    text[20] = 'Line 20 says that the furnace broke.';
    const index = indexOf([message(1, text.join('\n')), message(2, 'All is well.')], realMeaning());
    const passages = index.columns.arrays.passages[0] as number;
    expect(passages).toBeWithin(4, 20);
    expect(findings(manyPassages, index, 'x').get('message:2')).toBe(0);
    const sums = new Float32Array(index.slotCount);
    rank([{ evidence: evidenceOf(index, 'Which line says that the furnace broke?'), share: 1 }], WEIGHTS, sums);
    const [best] = bestOf([evidenceOf(index, 'furnace')], sums, 3, () => true);
    const { from, end } = passagesOf(text.join('\n'))[best?.slot ?? 0] ?? { from: 0, end: 0 };
    expect(text.join('\n').slice(from, end)).toContain('furnace');
  });

  test('stands out when it is near to nothing around it', () => {
    const talk = [
      'The dog barked.',
      'A puppy ran after the dog.',
      'My rent rose.',
      'The dog sleeps.',
      'Dogs like walks.',
    ];
    const index = indexOf(
      talk.map((text, i) => message(i, text)),
      realMeaning(),
    );
    const found = findings(fitsIn, index, 'x');
    const least = [...found].reduce((a, b) => (b[1] < a[1] ? b : a));
    expect(least[0]).toBe('message:2');
    index.close();
  });
});

describe('who speaks', () => {
  const index = indexOf(
    [
      message(1, 'I like tea.', { name: 'Melanie Brook' }),
      message(2, 'Try the green one.', { role: 'assistant', name: 'Helper' }),
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

  test('counts when users ask about themselves, and nobody else', () => {
    expect(foundBy(asker, index, 'What do I like?')).toEqual(['message:1', 'message:3']);
    expect(foundBy(user, index, 'x')).toEqual(['message:1', 'message:3']);
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

  test('counts when the question goes on with what was spoken of last: the newest most', () => {
    const found = [...findings(goesOn, index, 'What should we do next?').values()];
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found.at(-1)).toBe(1);
    expect(foundBy(goesOn, index, 'What do we do?')).toEqual([]);
  });
});

test('every step has a weight, a name of its own and says in words what it is', () => {
  const names = STEPS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(WEIGHTS).sort()).toEqual(names.toSorted());
  for (const { note } of STEPS) expect(note).toMatch(/^[a-z][a-z ,]+$/);
});
