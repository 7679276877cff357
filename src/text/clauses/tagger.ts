import type { Model, PartOfSpeech, TokenItsFunction, WinkMethods } from 'wink-nlp';

/** A word or a sign of a sentence. */
export interface TaggedWord {
  readonly text: string;
  readonly lower: string;
  readonly tag: PartOfSpeech;
  readonly lemma: string;
  /** Whether a blank stands before it. */
  readonly isApart: boolean;
}

/** Verbs in the third person that wink takes for nouns behind a noun or a name: "Tom lives in Leeds". */
const NOT_NOUNS: ReadonlyMap<string, string> = new Map([
  ['lives', 'live'],
  ['works', 'work'],
  ['moves', 'move'],
  ['studies', 'study'],
  ['plays', 'play'],
  ['runs', 'run'],
  ['loves', 'love'],
  ['hates', 'hate'],
  ['costs', 'cost'],
]);

const CAPITALISED = /^\p{Lu}\p{Ll}/u;

const corrected = (word: TaggedWord, i: number, sentence: readonly TaggedWord[]): TaggedWord => {
  // "My favourite band is Blur": nothing but a name is written so within a sentence.
  if (
    i > 0 &&
    (word.tag === 'VERB' || word.tag === 'INTJ') &&
    CAPITALISED.test(word.text) &&
    sentence[i - 1]?.tag !== 'PUNCT'
  ) {
    return { ...word, tag: 'PROPN', lemma: word.lower };
  }
  const lemma = word.tag === 'NOUN' ? NOT_NOUNS.get(word.lower) : undefined;
  const [before, next] = [sentence[i - 1], sentence[i + 1]];
  if (lemma === undefined || !before || !next) return word;
  const isVerb =
    ['PROPN', 'NOUN'].includes(before.tag) && ['ADP', 'DET', 'PRON', 'PROPN', 'NUM', 'SYM'].includes(next.tag);
  return isVerb ? { ...word, tag: 'VERB', lemma } : word;
};

/** Reads sentences of English as words with their parts of speech. */
export interface Tagger {
  /** @param text up to a few thousand characters; longer ones take as much more time. */
  readonly sentencesOf: (text: string) => TaggedWord[][];
}

/**
 * Wink keeps each word that it has ever seen, so it is made anew after as many: 40 ms for each 100,000 words, which take a
 * second, and 20 MB at the most.
 */
const MOST_WORDS = 100_000;

/**
 * Loads wink-nlp and its English model: 60 MB, so only where sentences are read. wink-nlp because no other tagger for
 * JavaScript has its 35,000 messages a second at 95 % of words.
 * @param mostWords after how many words it is made anew.
 */
export const openTagger = async (mostWords = MOST_WORDS): Promise<Tagger> => {
  const [{ default: winkNLP }, { default: model }] = await Promise.all([
    import('wink-nlp'),
    import('wink-eng-lite-web-model'),
  ]);
  // Each call of the model's own function turns this part into JSON once more, of what the last call gave: it doubles, and after
  // twenty calls the memory of the process is full.
  const customMeta = (model.metaCER as () => unknown)();
  const reusable: Model = { ...model, metaCER: () => customMeta };
  const open = (): WinkMethods => winkNLP(reusable, ['sbd', 'pos']);
  let wink = open();
  let words = 0;
  return {
    sentencesOf: (text) => {
      if (words > mostWords) {
        wink = open();
        words = 0;
      }
      const { its } = wink;
      // Its type tells of one argument less than it takes.
      const lemmaOf = its.lemma as unknown as TokenItsFunction<string>;
      const document = wink.readDoc(text);
      const tokens = document.tokens();
      const values = tokens.out(its.value) as string[];
      const tags = tokens.out(its.pos) as PartOfSpeech[];
      const lemmas = tokens.out(lemmaOf) as string[];
      const blanks = tokens.out(its.precedingSpaces) as string[];
      words += values.length;
      const spans = document.sentences().out(its.span) as unknown as readonly (readonly [number, number])[];
      return spans.map(([from, to]) => {
        const sentence: TaggedWord[] = [];
        for (let i = from; i <= to; i += 1) {
          const value = values[i] as string;
          sentence.push({
            text: value,
            lower: value.toLowerCase(),
            tag: tags[i] as PartOfSpeech,
            lemma: lemmas[i] as string,
            isApart: i > from && blanks[i] !== '',
          });
        }
        return sentence.map(corrected);
      });
    },
  };
};
