import { isVerb } from '../../../text/clauses/clause.ts';
import { expandContractions } from '../../../text/clauses/contractions.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { contentStem } from '../../../text/content-words.ts';
import type { Reader, Sentence } from './turns.ts';

/** Content words of an answer that is joined with its question. */
const MOST_WORDS = 8;
const YES: ReadonlySet<string> = new Set([
  'yes',
  'yeah',
  'yep',
  'yup',
  'yea',
  'sure',
  'indeed',
  'correct',
  'exactly',
  'right',
  'absolutely',
  'definitely',
]);
const NO: ReadonlySet<string> = new Set(['no', 'nope', 'nah', 'never']);
const AUXILIARIES: ReadonlySet<string> = new Set(['do', 'did', 'are', 'were', 'have', 'does', 'is', 'was', 'has']);

const textOf = (words: readonly TaggedWord[]): string =>
  words.map(({ text, isApart }, i) => (i > 0 && isApart ? ` ${text}` : text)).join('');

/** "your dog" asked of me is "my dog". */
const turned = (words: readonly TaggedWord[]): string =>
  textOf(
    words.map((word) => {
      const other = (
        { you: 'I', your: 'my', yours: 'mine', yourself: 'myself', my: 'your', me: 'you', i: 'you' } as const
      )[word.lower as 'you'];
      return other ? { ...word, text: other } : word;
    }),
  );

/** Of "you" or "your X": the words up to the verb. */
const subjectEnd = (words: readonly TaggedWord[], from: number): number => {
  if (words[from]?.lower === 'you') return from + 1;
  if (words[from]?.lower !== 'your') return -1;
  let end = from + 1;
  while (end < words.length && ['NOUN', 'PROPN', 'ADJ', 'PART'].includes((words[end] as TaggedWord).tag)) end += 1;
  return end > from + 1 ? end : -1;
};

const agreed = (subject: string, auxiliary: string): string => {
  if (subject !== 'I') return auxiliary;
  return auxiliary === 'are' ? 'am' : auxiliary === 'were' ? 'was' : auxiliary;
};

const withoutEnd = (words: readonly TaggedWord[]): readonly TaggedWord[] => {
  let end = words.length;
  while (end > 0 && (words[end - 1] as TaggedWord).tag === 'PUNCT') end -= 1;
  return words.slice(0, end);
};

/** A preposition that the question left at its end goes before the answer: "Where are you from?" */
const STRANDED: ReadonlySet<string> = new Set(['from', 'for', 'at', 'in', 'with', 'on', 'to', 'by']);

/** The statement that an answer makes of a question of which it says "yes" or "no" first. */
const ofYesNo = (question: readonly TaggedWord[], isYes: boolean, more: string): string | null => {
  const auxiliary = question[0]?.lower ?? '';
  const end = AUXILIARIES.has(auxiliary) ? subjectEnd(question, 1) : -1;
  if (end < 0 || end >= question.length) return null;
  const subject = turned(question.slice(1, end));
  const rest = turned(question.slice(end).filter(({ lower }) => lower !== 'ever' && lower !== 'any'));
  const does = auxiliary === 'do' || auxiliary === 'does' || auxiliary === 'did';
  const verb = question[end] as TaggedWord;
  if (rest.trim() === '') return null;
  const behind = more === '' ? '' : `: ${more}`;
  if (!isYes) return `${subject} ${agreed(subject, auxiliary)} not ${rest}${behind}`;
  if (!does) return `${subject} ${agreed(subject, auxiliary)} ${rest}${behind}`;
  // "Did you move?" needs the past of a verb, which its base does not tell: "did move" is right as well.
  return auxiliary === 'do' && verb.tag === 'VERB'
    ? `${subject} ${rest}${behind}`
    : `${subject} ${auxiliary} ${rest}${behind}`;
};

/** Of one that begins with a question word. */
const ofOpen = (question: readonly TaggedWord[], answer: string, answers: readonly TaggedWord[]): string | null => {
  let at = 1;
  const word = question[0]?.lower ?? '';
  if (!['what', 'where', 'which', 'who', 'when', 'how'].includes(word)) return null;
  // "What kind of music do you like?", "How old are you?"
  while (
    at < question.length &&
    !AUXILIARIES.has((question[at] as TaggedWord).lower) &&
    (question[at] as TaggedWord).lower !== "'s" &&
    at < 5
  )
    at += 1;
  const auxiliary = question[at];
  if (!auxiliary || !(AUXILIARIES.has(auxiliary.lower) || auxiliary.lower === "'s")) return null;
  const end = subjectEnd(question, at + 1);
  if (end < 0) return null;
  const isBe = ['are', 'is', 'was', 'were', "'s"].includes(auxiliary.lower);
  const subject = turned(question.slice(at + 1, end));
  const rest = question.slice(end);
  const be = auxiliary.lower === "'s" ? 'is' : agreed(subject, auxiliary.lower);
  if (word === 'how' && question[1]?.lower !== 'old') {
    if (question[1]?.lower !== 'many' || !isVerb(rest[0] ?? auxiliary) || at < 3) return null;
    const counted = textOf(question.slice(2, at));
    return `${subject} ${turned(rest)} ${answer.includes(counted) ? answer : `${answer} ${counted}`}`;
  }
  if (isBe && rest.length === 0)
    return word === 'how'
      ? `${subject} ${be} ${answer.replace(/ (?:years?(?: old)?)$/i, '')} years old`
      : `${subject} ${be} ${answer}`;
  const last = rest.at(-1);
  const isStranded = last !== undefined && STRANDED.has(last.lower) && last.tag === 'ADP';
  const verb = rest.find(isVerb);
  if (isBe && !verb) return isStranded && rest.length === 1 ? `${subject} ${be} ${last.lower} ${answer}` : null;
  if (!verb || verb.lower === 'think' || (verb.lemma === 'do' && auxiliary.lower !== 'do')) return null;
  const said = turned(rest);
  const hasPreposition = answers[0]?.tag === 'ADP';
  const link = isStranded || hasPreposition ? '' : word === 'where' ? 'in ' : '';
  if (verb.lemma === 'do' && auxiliary.lower === 'do') return null;
  const helper = isBe || auxiliary.lower === 'have' ? `${be} ` : auxiliary.lower === 'did' ? 'did ' : '';
  return `${subject} ${helper}${said} ${link}${answer}`;
};

/** Answers that leave open what was asked. */
const EVASIVE =
  /\b(?:sure|maybe|depends|idk|dunno|secret|guess|nothing|whatever|both|any|anything|good|great|fine|well|ok|okay|thanks|busy)\b/i;

/**
 * What a short answer says together with the question before it, as the one who answers would: "What is your dog's name?" and "Rex"
 * are "my dog's name is Rex". Null when it is no short answer, or the question is not of a form that is known.
 */
export const joinedAnswer = (question: string, answer: string, { tagger }: Reader): string | null => {
  const asked = tagger.sentencesOf(expandContractions(question)).at(-1);
  if (!asked?.some(({ lower }) => lower.includes('?'))) return null;
  const said = tagger.sentencesOf(expandContractions(answer))[0];
  if (!said) return null;
  let words = withoutEnd(said);
  const first = words[0]?.lower ?? '';
  const [isYes, isNo] = [YES.has(first), NO.has(first)];
  if (isYes || isNo) words = words.slice(words[1]?.tag === 'PUNCT' ? 2 : 1);
  const plain = withoutEnd(asked.filter(({ tag }, i) => !(i < 3 && tag === 'INTJ')));
  const from = plain.findLastIndex(({ lower }, i) => i === 0 || lower === ',' || plain[i - 1]?.lower === ',');
  const core = plain.slice(plain[from]?.lower === ',' ? from + 1 : Math.max(0, from));
  if (words.some(({ tag, lower }) => tag === 'INTJ' || lower === 'what')) return null;
  if (words.some(isVerb) || words.filter(({ lower }) => contentStem(lower) !== null).length > MOST_WORDS) return null;
  const [head] = words;
  const text = textOf(
    head && head.tag !== 'PROPN' ? [{ ...head, text: head.text === 'I' ? 'I' : head.lower }, ...words.slice(1)] : words,
  );
  if (isYes || isNo) return EVASIVE.test(text) ? null : ofYesNo(core, isYes, text);
  if (text === '' || EVASIVE.test(text)) return null;
  return ofOpen(core, text, words);
};

/** Whether the first sentence of a turn has no verb, and may answer what was asked. */
export const mayAnswer = (sentences: readonly Sentence[]): boolean =>
  sentences.length <= 3 && (sentences[0] === undefined || sentences[0].clauses.every(({ verb }) => verb < 0));
