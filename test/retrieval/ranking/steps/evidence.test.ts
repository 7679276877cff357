import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../../../src/contract/corpus.ts';
import type { Meaning } from '../../../../src/retrieval/index/meaning.ts';
import type { UserIndex } from '../../../../src/retrieval/index/user-index.ts';
import { readQuestion } from '../../../../src/retrieval/question.ts';
import { meaningAround, meaning as meaningStep } from '../../../../src/retrieval/ranking/steps/meaning.ts';
import { session } from '../../../../src/retrieval/ranking/steps/session.ts';
import { answers, softWords } from '../../../../src/retrieval/ranking/steps/soft-words.ts';
import { words } from '../../../../src/retrieval/ranking/steps/words.ts';
import { wordsHere } from '../../../../src/retrieval/ranking/steps/words-here.ts';
import { evidenceOf, findings, foundBy, NOW } from '../../../support/retrieval/asking.ts';
import { knowledge, message } from '../../../support/retrieval/documents.ts';
import {
  anyContent,
  anyHistory,
  type Change,
  indexAfter,
  indexOf,
  leftOf,
  nameOf,
} from '../../../support/retrieval/histories.ts';
import { onGround, PlainMemory } from '../../../support/retrieval/plain-memory.ts';
import { realMeaning } from '../../../support/retrieval/real-meaning.ts';

const SEED = 20_261_123;
/** What words mean in English is worked out by english-words.test.ts. */
const meaning: Meaning = { ...realMeaning(), inEnglish: () => null };

type Expected = (memory: PlainMemory, index: UserIndex, question: string) => Map<string, number>;

const wordsAsked = (index: UserIndex, question: string) => readQuestion(question, index, NOW).words;

/** Asserts that a step finds, after any history and for any question, what is worked out afresh from what is left. */
const agrees = (step: Parameters<typeof findings>[0], expected: Expected, digits: number): void => {
  const check = (changes: readonly Change[], question: string): void => {
    const index = indexAfter(changes, meaning);
    const wanted = expected(new PlainMemory(leftOf(changes)), index, question);
    const found = findings(step, index, question);
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [name, value] of wanted) expect(found.get(name)).toBeCloseTo(value, digits);
    index.close();
  };
  fc.assert(fc.property(anyHistory, anyContent, check), { seed: SEED, numRuns: 150 });
};

const slotOf = (index: UserIndex, document: CorpusDocument): number => {
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    const there = index.document(slot);
    if (there && nameOf(there) === nameOf(document)) return slot;
  }
  throw new Error(`${nameOf(document)} is not there.`);
};

/** What cosines of a question are scaled by in an index: nearness counts in deviations over the memory. */
const scalesOf = (index: UserIndex, question: string) => evidenceOf(index, question).meanings?.scales;

/** The scaled cosine of the question with the sums of windows, by the vectors that the index holds. */
const cosines =
  (reach: number): Expected =>
  (memory, index, question) => {
    const scales = scalesOf(index, question);
    const scaled = reach === 0 ? scales?.passage : scales?.around;
    const { vectors } = readQuestion(question, index, NOW);
    const direction = vectors.flatMap((vector) =>
      vector ? Array.from(vector.components, (x) => x * vector.scale) : Array.from({ length: 256 }, () => 0),
    );
    const found = memory.cosines(direction, reach, (document) => {
      const { components, scale } = index.vectors?.read(slotOf(index, document)) ?? { components: [], scale: 0 };
      const vector = Array.from(components, (x) => x * scale);
      return onGround(meaning.groundOf(document.content), vector);
    });
    const byName = new Map(memory.documents.map((document) => [nameOf(document), document]));
    return new Map(
      [...found].map(([name, cosine]) => {
        const ground = meaning.groundOf(byName.get(name)?.content ?? '');
        return [name, cosine * (scaled?.[ground] ?? 0)];
      }),
    );
  };

describe('after any history, for any question', () => {
  test('the words around a turn count as they do worked out afresh', () => {
    agrees(words, (memory, index, question) => memory.words(wordsAsked(index, question)), 5);
  });

  test('the words of a turn alone count as they do worked out afresh', () => {
    agrees(wordsHere, (memory, index, question) => memory.words(wordsAsked(index, question), 0), 5);
  });

  test('the words of a session count as they do worked out afresh', () => {
    agrees(session, (memory, index, question) => memory.sessions(wordsAsked(index, question)), 5);
  });

  test('near words count as they do worked out afresh', () => {
    agrees(softWords, (memory, _, question) => memory.softWords(question, meaning), 5);
  });

  test('near words of the question that a turn follows count as they do worked out afresh', () => {
    const expected: Expected = (memory, _, question) => {
      const own = memory.softWords(question, meaning);
      return new Map(
        memory.documents.map((document) => {
          const before = memory.before(document);
          return [
            nameOf(document),
            before && /[?？؟]\s*$/u.test(before.content) ? (own.get(nameOf(before)) ?? Number.NaN) : 0,
          ];
        }),
      );
    };
    agrees(answers, expected, 5);
  });

  test('nearness in meaning of a turn is the cosine of its vector', () => {
    agrees(meaningStep, cosines(0), 3);
  });

  test('nearness in meaning over two turns to each side is the cosine of the sums of vectors', () => {
    agrees(meaningAround, cosines(2), 3);
  });
});

describe('near words', () => {
  const index = indexOf(
    ['We adopted a puppy.', 'The dog sleeps.', 'The invoice is overdue.', 'Why not?'].map((text, i) =>
      message(i, text, { sessionKey: i + 1 }),
    ),
    meaning,
  );

  test('bring up a puppy for a dog, less than the dog itself', () => {
    const found = findings(softWords, index, 'dog');
    expect(found.get('message:1')).toBeCloseTo(1, 6);
    expect(found.get('message:0')).toBeWithin(0.5, 1);
    expect([found.get('message:2'), found.get('message:3')]).toEqual([0, 0]);
  });

  test('are none of stop words and marks', () => {
    expect(foundBy(softWords, index, 'Why is the a?')).toEqual([]);
  });

  test('give a share from 0 to 1', () => {
    for (const question of ['dog puppy invoice', 'adopted overdue', 'puppy puppy unheard']) {
      for (const found of findings(softWords, index, question).values()) expect(found).toBeWithin(0, 1.000001);
    }
  });
});

test('a session counts for each of its turns, and knowledge for itself alone', () => {
  const turns = [message(1, 'apple'), message(2, 'x'), message(3, 'x'), message(4, 'x'), message(5, 'x')];
  const others = [message(6, 'x', { sessionKey: 2 }), knowledge(7, 'apple'), knowledge(8, 'x')];
  const index = indexOf([...turns, ...others], null);
  const named = turns.map(nameOf);
  expect(foundBy(session, index, 'apple')).toEqual([...named, 'knowledge:7']);
});

test('without a model there is no meaning and are no near words, and words are found', () => {
  const index = indexOf([message(1, 'apple pie')], null);
  for (const step of [meaningStep, meaningAround, softWords, answers]) {
    expect(foundBy(step, index, 'apple pie')).toEqual([]);
  }
  expect(foundBy(words, index, 'apple pie')).toEqual(['message:1']);
});
