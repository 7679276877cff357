import type { AccountNames } from '../contract/corpus.ts';
import { type Quantised, quantiseQuestion } from '../embedding/quantised.ts';
import { type Asked, askedOf } from '../text/asked.ts';
import { continues } from '../text/continuation.ts';
import { isLookUp } from '../text/look-up.ts';
import { wishesFor } from '../text/preference.ts';
import { type AskedWord, askedWords } from '../text/terms.ts';
import { isOver, type TimeSpan } from '../text/time-spans.ts';
import { timesNamedIn } from '../text/times/times-named.ts';
import type { Translation } from './index/english-words.ts';
import {
  ENGLISH_GROUND,
  FOREIGN_GROUND,
  GROUNDS,
  type Ground,
  type Meaning,
  type PieceExpansion,
} from './index/meaning.ts';
import type { UserIndex } from './index/user-index.ts';
import { accountNamedIn, type NamedAccount } from './named-account.ts';

/** Word pieces of a longer question that are asked for. */
const MAX_PIECES = 64;

/** Whether a word stands in a memory, by any of its terms. */
const isSaid = (index: UserIndex, word: string): boolean =>
  askedWords(word, index.languages).some(({ terms }) => terms.some((term) => index.words.has(term)));

/** Whether a question has a word that nobody said, such as a name. */
export const hasUnsaidWord = (words: readonly AskedWord[], index: UserIndex): boolean =>
  words.some(({ terms }) => !terms.some((term) => index.words.has(term)));

const HAS_WORD = /[\p{L}\p{N}]/u;

/** A question as the steps of the ranking see it. */
export interface Question {
  readonly text: string;
  /** Its words without repeats, without the names of speakers. */
  readonly words: readonly AskedWord[];
  /** By word, what it is in English, when the question is in another language and English stands in the memory. */
  readonly translations: ReadonlyMap<string, Translation>;
  readonly pieces: readonly PieceExpansion[];
  /**
   * By ground, the direction of the static vector, of length 1; null without a model or a word, for words that it does not
   * know, and where nothing of the memory stands.
   */
  readonly directions: readonly (Float32Array | null)[];
  /** The same, rounded. */
  readonly vectors: readonly (Quantised<Int16Array> | null)[];
  /** The ground that the question itself stands on. */
  readonly ground: Ground;
  /** The vector by the configured model; null when there is none, or it did not answer in time. */
  readonly byModel: Quantised<Int16Array> | null;
  readonly asked: Asked;
  /** It is a few words and no sentence. */
  readonly isLookUp: boolean;
  /** It wishes for something that what one prefers bears on. */
  readonly isWish: boolean;
  /** It goes on with what was spoken of before. */
  readonly isContinuation: boolean;
  /** The one speaker that it is about; null when it names none, or several alike. */
  readonly speaker: number | null;
  /** The account that it names, if it names no speaker. */
  readonly account: NamedAccount | null;
  readonly times: readonly TimeSpan[];
}

/** What else there is to know of a question. */
export interface QuestionContext {
  /** Its words, where they are known already. */
  readonly all?: readonly AskedWord[] | undefined;
  /** The question's vector by the configured model. */
  readonly byModel?: Float32Array | null | undefined;
  /** How far the clocks are ahead of UTC by which days are told. */
  readonly offsetMs?: number;
  /** Who may be named by the name of an account. */
  readonly accounts?: AccountNames | null;
}

/** A question on the grounds of a memory: also one in English on the other, whose model knows English words as well. */
const readByGround = (question: string, { meaning, grounds }: UserIndex, translations: Question['translations']) => {
  const english = [...translations.values()].flatMap(({ words }) => words.slice(0, 1)).join(' ');
  const read = (ground: Ground) => {
    const text = ground === ENGLISH_GROUND && english !== '' ? english : question;
    const { sum, pieces } = (meaning as Meaning).read(text, ground);
    const length = Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
    return {
      direction: length > 0 && HAS_WORD.test(text) ? sum.map((x) => x / length) : null,
      pieces: [...pieces].slice(0, MAX_PIECES).map((piece) => (meaning as Meaning).expand(piece)),
    };
  };
  return new Map(meaning ? grounds.map((ground) => [ground, read(ground)]) : []);
};

/** Words of a question that are looked up in English: some two milliseconds. */
const MOST_TRANSLATED = 24;

/**
 * What the words of a question in another language mean in English, when English stands in the memory. The reverse is left to
 * the pieces of the other ground, which know English words: words from the table of neighbours brought no question more.
 */
const translationsOf = (
  words: readonly AskedWord[],
  { meaning, grounds }: UserIndex,
  ground: Ground,
): ReadonlyMap<string, Translation> => {
  if (!meaning || ground !== FOREIGN_GROUND || !grounds.includes(ENGLISH_GROUND)) return new Map();
  return new Map(
    words.slice(0, MOST_TRANSLATED).flatMap(({ word }) => {
      const translation = meaning.inEnglish(word);
      return translation ? [[word, translation]] : [];
    }),
  );
};

/**
 * @param nowMs what "last week" is told from.
 */
export const readQuestion = (
  text: string,
  index: UserIndex,
  nowMs: number,
  { all = askedWords(text, index.languages), byModel = null, offsetMs = 0, accounts = null }: QuestionContext = {},
): Question => {
  const { subject, words: naming } = index.speakers.namedIn(text);
  const account = accounts && subject === null ? accountNamedIn(text, accounts, (word) => isSaid(index, word)) : null;
  const words = all.filter(({ word }) => !naming.has(word) && !account?.words.has(word));
  const ground = index.meaning?.groundOf(text) ?? ENGLISH_GROUND;
  const translations = translationsOf(words, index, ground);
  const byGround = readByGround(text, index, translations);
  const directions = GROUNDS.map((_, ground) => byGround.get(ground as Ground)?.direction ?? null);
  const asked = askedOf(text);
  const times = timesNamedIn(text, nowMs, offsetMs);
  return {
    text,
    // Somebody's name and nothing else is what is asked for.
    words: words.length > 0 ? words : all,
    translations,
    pieces: [
      ...new Map([...byGround.values()].flatMap(({ pieces }) => pieces).map((each) => [each.piece, each])).values(),
    ],
    directions,
    vectors: directions.map((direction) => direction && quantiseQuestion(direction)),
    ground: byGround.size > 1 ? ground : (index.grounds[0] as Ground),
    byModel: byModel && quantiseQuestion(byModel),
    // A time that is over is asked for in words ("in March 2023").
    asked: { ...asked, past: asked.past || isOver(times, nowMs) },
    isLookUp: isLookUp(text),
    isWish: wishesFor(text),
    isContinuation: continues(text),
    speaker: subject,
    account,
    times,
  };
};
