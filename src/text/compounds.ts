import type { Language } from './languages.ts';
import { stemOf } from './stems.ts';

/** Languages that write words put together as one: Augenarzttermin, woonkamer, bokhylla, lääkäriaika. */
const COMPOUNDING: ReadonlySet<Language | null> = new Set(['de', 'nl', 'sv', 'da', 'no', 'fi', 'hu']);

export const isCompounding = (language: Language | null): boolean => COMPOUNDING.has(language);

/** Letters of a part that is looked for in longer words: "ein" is no part of "Wein". */
const LEAST_PART = 4;
/** Letters of what stands beside a part of four letters, and beside a longer one: Kuhmilch, but no "trag" in "Vertrag". */
const LEAST_BESIDE_SHORT = 4;
const LEAST_BESIDE = 3;

const LETTERS = /^[\p{L}\p{M}]+$/u;
/** What has none is no word: "sch" in "Schwein". */
const VOWEL = /[aeiouyäöüåæøáéíóúőű]/;

/** What German puts before verbs and nouns and is no noun: "Auftritt" is no kind of "Tritt". */
const PREFIXES: ReadonlySet<string> = new Set(
  'ver ent emp zer miss auf aus ein vor bei mit nach uber unter durch um wider wieder zuruck her hin weg los'.split(
    ' ',
  ),
);

const isBeside = (beside: string, least: number): boolean =>
  beside.length >= least && VOWEL.test(beside) && LETTERS.test(beside);

/** Whether a stem can be looked for as the beginning or the end of longer ones. */
export const mayBePart = (part: string): boolean => part.length >= LEAST_PART && LETTERS.test(part);

/** Whether a longer stem is put together of something and, at its end, a part: Augenarzttermin of Termin. */
export const endsAsCompound = (stem: string, part: string): boolean => {
  const beside = stem.slice(0, stem.length - part.length);
  const least = part.length > LEAST_PART ? LEAST_BESIDE : LEAST_BESIDE_SHORT;
  return stem.endsWith(part) && isBeside(beside, least) && !PREFIXES.has(beside);
};

/** Whether it begins with the part: Wohnungsschlüssel with Wohnung. What stands behind it is a word, no ending. */
export const beginsAsCompound = (stem: string, part: string): boolean =>
  stem.startsWith(part) && isBeside(stem.slice(part.length), LEAST_BESIDE_SHORT);

/** What stands between two parts in German, Dutch and the languages of the north. */
const LINKS = ['', 's', 'es', 'n', 'en', 'er', 'e'] as const;

/** Two parts that a word could be put together of, each by the stems that it may be had by. */
export interface Parts {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

/** All ways in which a word in lower case could be put together of two parts: some thirty. */
export const waysToPart = (word: string, languages: readonly (Language | null)[]): Parts[] => {
  if (!LETTERS.test(word)) return [];
  const stemsOf = (part: string): string[] => [...new Set(languages.map((language) => stemOf(part, language)))];
  const ways: Parts[] = [];
  for (let at = LEAST_BESIDE; at <= word.length - LEAST_BESIDE; at += 1) {
    const [first, last] = [word.slice(0, at), word.slice(at)];
    if (
      PREFIXES.has(first) ||
      !VOWEL.test(first) ||
      !VOWEL.test(last) ||
      Math.max(first.length, last.length) < LEAST_PART
    )
      continue;
    const bare = LINKS.filter((link) => first.endsWith(link) && at - link.length >= LEAST_BESIDE);
    ways.push({
      first: [...new Set(bare.flatMap((link) => stemsOf(first.slice(0, at - link.length))))],
      last: stemsOf(last),
    });
  }
  return ways;
};
