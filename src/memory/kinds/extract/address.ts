import type { TaggedWord } from '../../../text/clauses/tagger.ts';

/** Words at the beginning of a sentence that say nothing of what follows. */
const OPENERS: ReadonlySet<string> = new Set(
  `hey hi hello wow yeah yes yep yup yea nope nah oh ah aw aww ooh well ok okay alright haha hahaha lol hmm um uh sure absolutely
  definitely totally exactly indeed anyway anyways btw by the way actually honestly basically thanks thank congrats congratulations
  sorry unfortunately luckily fortunately cool nice great awesome amazing wonderful so also and but plus like please omg damn gosh man
  guess what speaking again too first then still ugh phew cheers right true agreed of course no problem worries`.split(
    /\s+/,
  ),
);
/** Those that a comma or an exclamation has to follow, since they begin statements as well. */
const NEEDS_SIGN: ReadonlySet<string> = new Set(
  'by the way thank thanks sure cool nice great awesome amazing wonderful like man guess what speaking again too first then still right true of course no problem worries please'.split(
    ' ',
  ),
);
const FRIENDS: ReadonlySet<string> = new Set(
  'buddy bro dude mate pal guys folks man friend girl sis dear bestie'.split(' '),
);

const isSign = (word: TaggedWord | undefined): boolean =>
  word !== undefined && (word.lower === ',' || word.lower === '!' || word.lower === '.' || word.lower === '-');

/** "Mel" for Melanie, "Caro" for Caroline: three letters of a first name, or the whole of one. */
const isNameOf = (word: TaggedWord, names: readonly string[]): boolean =>
  FRIENDS.has(word.lower) ||
  names.some((name) =>
    name
      .toLowerCase()
      .split(/\s+/)
      .some((part) => part === word.lower || (word.lower.length >= 3 && part.startsWith(word.lower))),
  );

/** A sentence without interjections, courtesies and the name of whom it speaks to, at its beginning and its end. */
export const withoutAddress = (words: readonly TaggedWord[], names: readonly string[]): readonly TaggedWord[] => {
  let from = 0;
  for (;;) {
    // Up to a sign all words are openers: they go with it.
    let at = from;
    while (at < words.length && at - from < 5) {
      const word = words[at] as TaggedWord;
      if (
        !(
          OPENERS.has(word.lower) ||
          word.tag === 'INTJ' ||
          (isNameOf(word, names) && (isSign(words[at + 1]) || at > from))
        )
      )
        break;
      at += 1;
    }
    if (at > from && isSign(words[at])) from = at + 1;
    else {
      while (from < at && !NEEDS_SIGN.has((words[from] as TaggedWord).lower)) from += 1;
      break;
    }
  }
  let end = words.length;
  while (end > from && isSign(words[end - 1])) end -= 1;
  const last = words[end - 1];
  if (last && end - from > 2 && words[end - 2]?.lower === ',' && isNameOf(last, names)) end -= 2;
  return words.slice(from, end);
};
