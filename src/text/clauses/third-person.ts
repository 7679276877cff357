import type { TaggedWord } from './tagger.ts';

/** Between whom something was said. */
export interface Speakers {
  readonly speaker: string;
  /** Who is spoken to. */
  readonly other: string;
}

const IRREGULAR: Readonly<Record<string, string>> = {
  am: 'is',
  are: 'is',
  be: 'is',
  were: 'was',
  have: 'has',
  do: 'does',
  go: 'goes',
};
/** Never take an ending. */
const INVARIABLE: ReadonlySet<string> = new Set(
  'will would can could should may might must shall ought did had was does has is used quit'.split(' '),
);

/** The third person of a verb in the first: `work` is `works`, `am` is `is`. */
export const thirdPersonOf = ({ text, lower, lemma, tag }: TaggedWord): string => {
  const irregular = IRREGULAR[lower];
  if (irregular !== undefined) return irregular;
  if (INVARIABLE.has(lower) || (tag === 'VERB' && lower !== lemma)) return text;
  if (/(?:s|x|z|ch|sh|o)$/.test(lower)) return `${text}es`;
  if (/[^aeiou]y$/.test(lower)) return `${text.slice(0, -1)}ies`;
  return `${text}s`;
};

const genitiveOf = (name: string): string => `${name}'s`;

const isAdverb = ({ tag, lower }: TaggedWord): boolean =>
  tag === 'ADV' || ['not', 'both', 'all', 'no', 'longer', 'last', 'first', 'only'].includes(lower);

/** What is left out with the subject: "Going home" is "is going home", "Been busy" is "has been busy". */
const leftOut = (words: readonly TaggedWord[]): string => {
  const first = words.find((word) => !isAdverb(word));
  if (first?.lower === 'been') return 'has';
  return first?.tag === 'VERB' && first.lower.endsWith('ing') ? 'is' : '';
};

/** Writes words of a first person as one tells them of a third. */
export interface Teller {
  /** @param hasSubject false when the speaker is the subject, and left out. */
  readonly add: (words: readonly TaggedWord[], hasSubject?: boolean) => void;
  readonly text: () => string;
}

/**
 * Rewrites clauses that follow each other: "I" is the speaker's name, "my" is theirs, verbs agree with it.
 * "We" is told of the speaker alone, which is true of them.
 */
export const openTeller = ({ speaker, other }: Speakers): Teller => {
  let text = '';
  let isNamed = false;
  const put = (word: string, isApart: boolean): void => {
    text += isApart && text !== '' ? ` ${word}` : word;
  };
  const name = (): string => {
    isNamed = true;
    return speaker;
  };
  const mine = (): string => {
    if (isNamed) return 'their';
    isNamed = true;
    return genitiveOf(speaker);
  };
  const replaced = (word: TaggedWord): string | null => {
    switch (word.lower) {
      case 'i':
      case 'we':
      case 'me':
      case 'us':
        return name();
      case 'my':
      case 'our':
        return mine();
      case 'mine':
      case 'ours':
        return genitiveOf(name());
      case 'myself':
      case 'ourselves':
        return 'themselves';
      case 'you':
      case 'yourself':
        return other;
      case 'your':
      case 'yours':
        return genitiveOf(other);
      default:
        return null;
    }
  };
  return {
    add: (words, hasSubject = true) => {
      /** Whether the next verb is one of a first or second person. */
      let agrees = false;
      /** Whether verbs that are joined to the last one are in the present of that person. */
      let isPresent = false;
      if (!hasSubject) {
        put(name(), true);
        const left = leftOut(words);
        if (left !== '') put(left, true);
        agrees = left === '';
      }
      words.forEach((word, i) => {
        const isSubject =
          word.lower === 'i' || word.lower === 'we' || (word.lower === 'you' && words[i - 1]?.tag !== 'ADP');
        const isApart = word.isApart || (i === 0 && !/^[,.;:!?]/.test(word.text));
        if (isSubject) {
          put(replaced(word) as string, isApart);
          agrees = true;
          isPresent = false;
          return;
        }
        if (agrees && (word.tag === 'VERB' || word.tag === 'AUX')) {
          const third = thirdPersonOf(word);
          isPresent = third !== word.text && word.tag === 'VERB';
          agrees = false;
          put(third, isApart);
          return;
        }
        if (isPresent && word.tag === 'VERB' && word.lower === word.lemma && words[i - 1]?.tag === 'CCONJ') {
          put(thirdPersonOf(word), isApart);
          return;
        }
        if (agrees && !isAdverb(word)) agrees = false;
        put(replaced(word) ?? word.text, isApart);
      });
    },
    text: () => text,
  };
};
