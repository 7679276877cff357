import { languageOf } from '../languages.ts';
import type { SpokenLanguage } from './spoken-languages.ts';

/** Scripts and letters that tell a language, or the few that it may be. */
const LETTERS: readonly (readonly [RegExp, readonly SpokenLanguage[]])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, ['ja']],
  [/\p{Script=Hangul}/u, ['ko']],
  [/\p{Script=Han}/u, ['zh', 'ja']],
  [/\p{Script=Thai}/u, ['th']],
  [/\p{Script=Hebrew}/u, ['he']],
  [/\p{Script=Arabic}/u, ['ar']],
  [/\p{Script=Devanagari}/u, ['hi']],
  [/\p{Script=Greek}/u, ['el']],
  [/[іїєґ]/iu, ['uk']],
  [/\p{Script=Cyrillic}/u, ['ru', 'uk']],
];

/** Letters of the Latin script that few languages have. */
const LATIN_LETTERS: readonly (readonly [RegExp, SpokenLanguage])[] = [
  [/[ąęłśźż]/iu, 'pl'],
  [/[ěřů]/iu, 'cs'],
  [/[őű]/iu, 'hu'],
  [/[șț]/iu, 'ro'],
  [/[ığş]/u, 'tr'],
  [/[ãõ]/iu, 'pt'],
  [/[ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu, 'vi'],
];

/** Languages so near to each other that a short question in one is taken for the other. */
const RELATIVES: { readonly [language in SpokenLanguage]?: readonly SpokenLanguage[] } = {
  es: ['pt'],
  pt: ['es'],
  it: ['ro'],
  ro: ['it'],
  de: ['nl'],
  nl: ['de'],
  sv: ['no', 'da'],
  da: ['no', 'sv'],
  no: ['da', 'sv'],
};

/**
 * Words for days and words that ask, by language, as tokens: of a short text they tell more than its function words, which
 * several languages may have.
 */
const TELLING_WORDS = {
  de: 'gestern vorgestern wann wer wen wem wessen warum wieviel wohin',
  fr: 'aujourd quand combien pourquoi quel quelle quels quelles',
  es: 'ayer anteayer anoche cuando quien quienes cuanto cuantos cuanta cuantas donde',
  it: 'ieri',
  pt: 'ontem anteontem quem onde',
  nl: 'gisteren eergisteren gisteravond vandaag wanneer hoeveel waar',
  sv: 'igar forrgar vilken vilket',
  da: 'hvornar hvor hvem hvilken',
  fi: 'eilen',
  hu: 'tegnap tegnapelott',
  pl: 'wczoraj przedwczoraj dzisiaj kiedy gdzie kto',
  cs: 'vcera predevcirem',
  tr: 'dun bugun nerede kimin pazartesi carsamba persembe cumartesi',
  id: 'kemarin',
} as const satisfies { readonly [language in SpokenLanguage]?: string };

const LANGUAGES_OF_WORDS: ReadonlyMap<string, SpokenLanguage> = new Map(
  Object.entries(TELLING_WORDS).flatMap(([language, words]) =>
    words.split(' ').map((word) => [word, language as SpokenLanguage] as const),
  ),
);

/** Languages that one text is read in. */
const MOST_LANGUAGES = 4;

/**
 * The languages that a text may name times in: what its letters tell, its words for days, and its function words, which may
 * be wrong of a short text. English comes last, when no function words of another language speak against it.
 */
export const languagesToRead = (text: string, tokens: readonly string[]): readonly SpokenLanguage[] => {
  const byWords = languageOf(text);
  const byLetters = LETTERS.find(([letters]) => letters.test(text));
  if (byLetters) {
    const [, languages] = byLetters;
    if (byWords === 'en') return [...languages, 'en'];
    return byWords === 'uk' ? ['uk', ...languages.filter((language) => language !== 'uk')] : languages;
  }
  const found = new Set(LATIN_LETTERS.flatMap(([letters, language]) => (letters.test(text) ? [language] : [])));
  for (const token of tokens) {
    const language = LANGUAGES_OF_WORDS.get(token);
    if (language) found.add(language);
  }
  const byFunctionWords = byWords === null ? 'en' : byWords;
  for (const language of [byFunctionWords, ...(RELATIVES[byFunctionWords] ?? [])]) found.add(language);
  return [...found].slice(0, MOST_LANGUAGES);
};
