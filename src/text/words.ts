import { functionWordsOf, type Language } from './languages.ts';
import { writtenForm } from './written-form.ts';

/** Longest run of letters and digits that is still a word; what is longer is data, and its head stands for it. */
const MAX_WORD_LENGTH = 40;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
/** Most text in English; it is read in a third of the time. */
const ASCII_WORD = /[a-z0-9]+(?:'[a-z]+)*/gi;
const WORD = /\p{Regional_Indicator}{2}|\p{Extended_Pictographic}|[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
const APOSTROPHES = /['’]/g;
/** Languages that put an article or a pronoun before a word with an apostrophe: l'hôtel, dell'anno. */
const ELIDING: ReadonlySet<Language | null> = new Set(['fr', 'it']);

/** Scripts that write words without blanks between them, or, as Hangul, particles behind a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const SCRIPT_RUN =
  /(?<han>\p{Script=Han}+)|(?<kana>[\p{Script=Katakana}ー]+|\p{Script=Hiragana}+|\p{Script=Hangul}+)|(?<southeast>[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}]+)|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}'’]+/gu;
const segmenter = new Intl.Segmenter('th', { granularity: 'word' });

/** Characters that carry grammar. What consists of them alone tells nothing. */
const GRAMMAR: ReadonlySet<string> = new Set(
  '的了是我你您他她它们在和也都就吗呢吧啊呀嘛有不这那个会很什么怎哪谁几被把给让对与及或但而且还要去来说着过得地にはをがのとでもへやかねよたてだすしますいるなこそあれどま은는이가을를에의도로와과요다니까',
);
const GRAMMAR_WORDS: ReadonlySet<string> = new Set(
  `니다 습니 입니 에서 으로 해요 했어 어요 아요 예요 이에 에요 세요 하고 하는 하다 에게 까지 부터 어디 무엇 뭐예 누구 언제
  ที่ และ เป็น ของ ใน ได้ จะ ไม่ มี ว่า ให้ ไป มา นี้ นั้น อะไร ครับ ค่ะ คะ ฉัน ผม คุณ เรา ก็ แล้ว กับ จาก`.split(/\s+/),
);
const tellsNothing = (word: string): boolean =>
  GRAMMAR_WORDS.has(word) || [...word].every((character) => GRAMMAR.has(character));

/** Single characters, and each with the next: words of Chinese have one or two of them. */
const gramsOf = (run: string, hasSingle: boolean): string[] => {
  const characters = [...run];
  if (characters.length === 1) return characters;
  const pairs = characters.slice(1).map((character, i) => `${characters[i]}${character}`);
  return hasSingle
    ? pairs.flatMap((pair, i) => (i === 0 ? [...characters.slice(0, 2), pair] : [characters[i + 1] as string, pair]))
    : pairs;
};

/** The words of a run in a script without blanks, or what stands in place of words there. */
const unspacedWords = (run: string): string[] => {
  const words: string[] = [];
  for (const { 0: part, groups } of run.matchAll(SCRIPT_RUN)) {
    if (groups?.['han'] || groups?.['kana']) words.push(...gramsOf(part, groups['han'] !== undefined));
    else if (groups?.['southeast']) words.push(...[...segmenter.segment(part)].map(({ segment }) => segment));
    else words.push(part);
  }
  return words.filter((word) => !tellsNothing(word));
};

/** Parts that are written as one word, by a capital or by digits: getUserName, iPhone, 5kg. */
const MAY_HAVE_PARTS = /[\p{Ll}\p{N}]\p{Lu}|\p{Lu}\p{Lu}\p{Ll}|\d\p{L}|\p{L}\d/u;
const PART = /\d+|\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+/gu;
/** Such as the "th" of "5th". */
const LEAST_PART = 2;

const partsOf = (word: string): string[] =>
  (word.match(PART) ?? []).filter((part) => part !== word && (part.length > LEAST_PART || /^\d/.test(part)));

/** A function word that stands where a name would: with a capital within a sentence, or all in capitals among small letters. */
const NAME = /(?<=[\p{Ll}\p{N},;:]["'“‘(]?\s(?:The\s)?)(?:\p{Lu}\p{Ll}+|\p{Lu}{2,})(?![\p{L}\p{N}'’])/gu;
/** The one of them that begins a sentence as a name does. */
const WILL = /(?<![\p{L}\p{N}])Will(?=['’]s|\s(?:is|was|has|had|says|said|and|lives|works|likes|told)(?!\p{L}))/u;
/** They have a capital whatever they are, or are part of a name of which the rest tells. */
const NEVER_NAMES: ReadonlySet<string> = new Set([
  'i',
  'the',
  'a',
  'an',
  'and',
  'or',
  'of',
  'in',
  'on',
  'at',
  'to',
  'for',
  'id',
  'im',
]);

/** Languages that put a capital before what is no name. */
const CAPITALISING: ReadonlySet<Language | null> = new Set(['de']);

const namesAmong = (text: string, functionWords: ReadonlySet<string>): ReadonlySet<string> | null => {
  const written = text.match(NAME)?.map((name) => name.toLowerCase()) ?? [];
  if (WILL.test(text)) written.push('will');
  const names = written.filter((word) => functionWords.has(word) && !NEVER_NAMES.has(word));
  return names.length > 0 ? new Set(names) : null;
};

/** Whether a word is a code, such as an order's number: digits with letters, or many. Nothing near it will do. */
export const isCode = (word: string): boolean => CODE.test(word);
const CODE = /^(?=[^\d]*\d)(?=\P{L}*\p{L})|^\d{5,}$/u;

/** The words of a text in one form, before any is left out; the parts of a word follow it. */
const allWords = (form: string, language: Language | null): string[] => {
  const isAscii = ASCII.test(form);
  const hasParts = MAY_HAVE_PARTS.test(form);
  if (isAscii && !hasParts && !form.includes("'")) {
    const plain = form.toLowerCase().match(ASCII_WORD) ?? [];
    return plain.map((word) => (word.length > MAX_WORD_LENGTH ? word.slice(0, MAX_WORD_LENGTH) : word));
  }
  const written = form.match(isAscii ? ASCII_WORD : WORD) ?? [];
  const words: string[] = [];
  for (const one of written) {
    if (UNSPACED.test(one)) {
      words.push(...unspacedWords(one));
      continue;
    }
    if (ELIDING.has(language)) words.push(...one.split(APOSTROPHES));
    else words.push(one.replaceAll(APOSTROPHES, ''));
    if (hasParts && MAY_HAVE_PARTS.test(one)) words.push(...partsOf(one));
  }
  return words.map((word) => word.toLowerCase().slice(0, MAX_WORD_LENGTH)).filter((word) => word !== '');
};

/**
 * The words of a text that tell something, in order, with repeats: in lower case, in one of the forms that they could be
 * written in, without function words but those that are written as a name is ("The Who"). Emoji are words. Of scripts
 * without blanks between words it is words of a dictionary, or characters and pairs of them.
 */
export const wordsOf = (text: string, language: Language | null): string[] => {
  const form = writtenForm(text);
  const functionWords = functionWordsOf(language ?? 'en');
  const names = CAPITALISING.has(language) ? null : namesAmong(form, functionWords);
  return allWords(form, language).filter((word) => !functionWords.has(word) || names?.has(word));
};

/** The same of a question: all of its words if none tells anything. */
export const questionWords = (text: string, language: Language | null): string[] => {
  const words = wordsOf(text, language);
  return words.length > 0 ? words : allWords(writtenForm(text), language);
};
