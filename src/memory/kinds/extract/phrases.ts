import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { contentStem } from '../../../text/content-words.ts';

const TIME_WORDS: ReadonlySet<string> = new Set(
  `any now today yesterday tomorrow tonight recently lately currently again anymore already still nowadays soon last next this since for
  yet too though these ago because when while if and but or so then until today's monday tuesday wednesday thursday friday saturday sunday`.split(
    /\s+/,
  ),
);
const MONTHS: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december spring summer autumn fall winter'.split(
    ' ',
  ),
);
const isYear = ({ lower }: TaggedWord): boolean => /^(?:19|20)\d\d$/.test(lower);
const LINKS: ReadonlySet<string> = new Set(['of', 'de', 'del', 'la', 'and', '&', "'s", '-', 'the']);

/** Words joined as they were written. */
export const textOf = (words: readonly TaggedWord[]): string =>
  words.map(({ text, isApart }, i) => (i > 0 && isApart ? ` ${text}` : text)).join('');

/** Whether a word begins with a capital that its place does not ask for, by its part of speech. */
export const isName = ({ tag }: TaggedWord): boolean => tag === 'PROPN';
export const isNumber = ({ tag, lower }: TaggedWord): boolean => tag === 'NUM' || /^[$€£]?\d/.test(lower);

/**
 * The noun phrase that begins at a place: up to a pause, a preposition or a word of time. "a flat in Porto" is "a flat".
 * @param links prepositions that are read over, such as "in" where "a flat in Porto" is one.
 */
export const nounPhrase = (words: readonly TaggedWord[], from: number, links: readonly string[] = []): TaggedWord[] => {
  const phrase: TaggedWord[] = [];
  for (const [i, word] of words.slice(from).entries()) {
    const next = words[from + i + 1];
    const isLink =
      i > 0 &&
      (LINKS.has(word.lower) ||
        (links.includes(word.lower) && next !== undefined && !MONTHS.has(next.lower) && !isYear(next)));
    if (!isLink) {
      if (['PUNCT', 'ADP', 'SCONJ', 'CCONJ', 'AUX'].includes(word.tag)) break;
      if (word.tag === 'PART' && word.lower === 'to') break;
      if (TIME_WORDS.has(word.lower) && (i > 0 || word.tag !== 'PROPN')) break;
      if (word.tag === 'VERB' && i > 0) break;
      if (word.tag === 'ADV' && phrase.some(({ tag }) => tag === 'NOUN' || tag === 'PROPN')) break;
    } else if (word.lower === 'and') {
      // "Tom and Ana", but not "Lisbon and works".
      if (!next || !isName(next) || !isName(words[from + i - 1] as TaggedWord)) break;
    }
    phrase.push(word);
  }
  while (phrase.length > 0 && LINKS.has((phrase.at(-1) as TaggedWord).lower)) phrase.pop();
  return phrase;
};

/** A phrase without its article or possessive. */
export const bare = (phrase: readonly TaggedWord[]): readonly TaggedWord[] => {
  const first = phrase[0];
  return first && (first.tag === 'DET' || ['my', 'our', 'your', 'his', 'her', 'their'].includes(first.lower))
    ? phrase.slice(1)
    : phrase;
};

/** What two phrases are compared by. */
export const keyOf = (words: readonly TaggedWord[]): string =>
  words
    .flatMap(({ lower }) => contentStem(lower) ?? [])
    .toSorted()
    .join(' ');

/** The last noun of a phrase: what it is a kind of. */
export const headOf = (phrase: readonly TaggedWord[]): TaggedWord | null =>
  phrase.findLast(({ tag }) => tag === 'NOUN' || tag === 'PROPN') ?? null;
