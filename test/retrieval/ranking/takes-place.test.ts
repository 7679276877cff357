import { describe, expect, test } from 'bun:test';
import { ROLES } from '../../../src/retrieval/index/user-index.ts';
import { compared, type Told, takesPlaceOf } from '../../../src/retrieval/ranking/takes-place.ts';
import { termsOf } from '../../../src/text/terms.ts';

const [USER, ASSISTANT] = [ROLES.indexOf('user'), ROLES.indexOf('assistant')];

const toldAt = (createdAt: number, more: Partial<Told> = {}): Told => ({
  sum: 10,
  createdAt,
  role: USER,
  speaker: -1,
  tellsChange: false,
  hasValidity: false,
  passage: 0,
  held: new Set(),
  // Near to each other, unless a test says otherwise.
  direction: Float32Array.from([0.6, 0.8]),
  ...more,
});

interface Case {
  readonly question: string;
  readonly older: string;
  readonly newer: string;
  /** Of the newer one. */
  readonly told?: Partial<Told>;
  readonly isAboutPast?: boolean;
  readonly byNearness?: boolean;
}

const takes = ({ question, older, newer, told = {}, isAboutPast = false, byNearness }: Case): boolean => {
  const asked = termsOf(question);
  const held = (text: string) => new Set(termsOf(text).filter((term) => asked.includes(term)));
  return takesPlaceOf(
    compared(toldAt(2, { held: held(newer), ...told }), newer),
    compared(toldAt(1, { held: held(older) }), older),
    { isAboutPast, away: () => 0 },
    byNearness,
  );
};

const CAPITAL: Case = {
  question: 'What is the capital of Ruritania?',
  older: 'The capital of Ruritania is Strelsau on the river Eder.',
  newer: 'The capital of Ruritania is Zenda.',
};
const ACCURACY: Case = {
  question: 'How accurate is the scanner?',
  older: 'I was told that the scanner is now right in 87% of all cases, which pleases the whole board.',
  newer: 'How do I keep the 90% of the scanner from falling when the new batch comes?',
};
const SMOKING: Case = {
  question: 'Do I smoke?',
  older: 'I still smoke half a pack on the way to work.',
  newer: 'Not one smoke since the harbour fair, and my lungs thank me.',
};
/** A turn that says that something changed, at a cosine of .35. */
const CHANGED = { tellsChange: true, direction: Float32Array.from([0.9594, -0.282]), sum: 9 };
const FAR = { direction: Float32Array.from([0.8, -0.6]) };

describe('a newer turn takes the place of an older one', () => {
  test.each([
    ['when both begin alike and end otherwise, however far the words behind that are apart', CAPITAL],
    ['when it tells another number of the same unit, and both share a word of the question', ACCURACY],
    ['when it holds as much of the question and is near to it', SMOKING],
    [
      'when it tells of a change and shares a word of the question with it',
      { ...SMOKING, question: 'Do I still smoke at work?', told: CHANGED },
    ],
    ['by what it says also where nearness is not enough', { ...ACCURACY, byNearness: false }],
    [
      'when neither shares a word with the question, and they are nearer still',
      { ...SMOKING, question: 'Cigarettes?' },
    ],
  ])('%s', (_, one) => {
    expect(takes(one)).toBe(true);
  });

  test.each([
    ['when it stands too far below', { ...CAPITAL, told: { sum: 5 } }],
    ['when both are the same from end to end', { ...CAPITAL, newer: CAPITAL.older, told: FAR }],
    [
      'when they share fewer than three words at the beginning',
      { ...CAPITAL, older: 'The capital of Syldavia is Klow.', newer: 'The capital grew.', told: FAR },
    ],
    [
      'when the number counts something else',
      { ...ACCURACY, newer: 'The scanner needs 90 minutes of warming up.', told: { sum: 6 } },
    ],
    ['when the number is the same', { ...ACCURACY, newer: 'The scanner stays at 87% this year.', told: { sum: 6 } }],
    ['when no word of the question is in both', { ...ACCURACY, question: 'How good is it?', told: { sum: 6 } }],
    ['when it holds less of the question', { ...SMOKING, question: 'Do I still smoke at work?' }],
    [
      'when it tells of a change at that cosine from farther below',
      { ...SMOKING, question: 'Do I still smoke at work?', told: { ...CHANGED, sum: 7 } },
    ],
    [
      'when it tells of a change of something that no word of the question names in both',
      { ...SMOKING, question: 'Cigarettes?', told: CHANGED },
    ],
    ['when it is about something else', { ...SMOKING, told: FAR }],
    [
      'when the older one alone is about the one of several that is asked for',
      {
        question: 'Is invoice 17 paid?',
        older: 'The state of invoice 17 is that it is paid.',
        newer: 'The state of invoice 18 is that it is open.',
      },
    ],
    [
      'when the older one alone holds what the number belongs to',
      {
        question: 'What did I pay for the bike?',
        older: 'I had to pay 300 euros for the bike.',
        newer: 'I had to pay 50 euros for that lamp over there, which flickers.',
        told: { sum: 6 },
      },
    ],
    ['when the question is about the past', { ...SMOKING, isAboutPast: true }],
    ['when it is only near, and that is not enough', { ...SMOKING, byNearness: false }],
    ['when another said it', { ...SMOKING, told: { speaker: 3 } }],
    ['when an assistant did', { ...SMOKING, told: { role: ASSISTANT } }],
    ['when the store knows until when it holds', { ...CAPITAL, told: { hasValidity: true } }],
    ['when there is no model to tell what is near', { ...SMOKING, told: { direction: null } }],
  ])('but not %s', (_, one) => {
    expect(takes(one)).toBe(false);
  });

  test('and compares no more than the beginning of a passage without end', () => {
    const seen = compared(toldAt(1), 'a'.repeat(262_144));
    expect([...seen.terms()].join('').length).toBeLessThanOrEqual(2_000);
  });
});
