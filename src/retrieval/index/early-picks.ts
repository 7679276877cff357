import type { ChangedDocument } from '../../contract/corpus.ts';
import type { AskedWord } from '../../text/terms.ts';
import { othersFirst } from '../others-first.ts';

/** Words of a longer question that are looked for. */
const MOST_WORDS = 16;
/** Documents that are picked: reading them into an index takes some 30 ms. */
const MOST_PICKED = 512;
/** So many are held before the better half is kept: their texts are in memory. */
const MOST_HELD = 8 * MOST_PICKED;
/** Letters of a word that must stand in a text: a stem may end otherwise than the word. */
const LEAST_LETTERS = 3;

/** Scripts that write words without blanks between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The beginning that a word has in common with its stems. */
const beginningOf = ({ word, terms }: AskedWord): string => {
  let length = word.length;
  for (const term of terms) {
    let same = 0;
    while (same < length && term[same] === word[same]) same += 1;
    if (same >= LEAST_LETTERS) length = same;
  }
  return word.slice(0, length);
};

const IN_WORD = /[\p{L}\p{N}]/u;

/** Whether a word of a text in lower case begins with these letters; of a script without blanks, whether they stand anywhere. */
const holds = (text: string, beginning: string, isUnspaced: boolean): boolean => {
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
    if (isUnspaced || at === 0 || !IN_WORD.test(text.charAt(at - 1))) return true;
  }
  return false;
};

interface Pick {
  readonly document: ChangedDocument;
  /** Places of the words that stand in it. */
  readonly words: readonly number[];
}

/** What of some documents bears on a question, by its words alone. */
export interface EarlyPicks {
  /** In the order in which they came. */
  readonly documents: readonly ChangedDocument[];
  /** How many were looked at. */
  readonly looked: number;
  /** Whether those were all. */
  readonly isWhole: boolean;
}

/**
 * Picks those documents that hold most of a question's words, each weighed by how few hold it. It takes a tenth of the time
 * of reading them into an index.
 *
 * @param isOver whether time is up, so that the rest is left alone.
 */
export const pickEarly = async (
  batches: AsyncIterable<readonly ChangedDocument[]>,
  words: readonly AskedWord[],
  isOver: () => boolean,
): Promise<EarlyPicks> => {
  const sought = words
    .slice(0, MOST_WORDS)
    .map((asked) => ({ beginning: beginningOf(asked), isUnspaced: UNSPACED.test(asked.word) }));
  const holders = new Float64Array(sought.length);
  let picks: Pick[] = [];
  let looked = 0;
  const weightOf = ({ words: held }: Pick): number =>
    held.reduce((sum, place) => sum + Math.log(1 + looked / (holders[place] as number)), 0);
  const keepBest = (most: number): void => {
    if (picks.length <= most) return;
    const weights = picks.map(weightOf);
    const best = [...weights.keys()].sort((a, b) => (weights[b] as number) - (weights[a] as number) || b - a);
    picks = best
      .slice(0, most)
      .sort((a, b) => a - b)
      .map((place) => picks[place] as Pick);
  };
  let isWhole = true;
  for await (const batch of batches) {
    for (const document of batch) {
      const text = document.content.toLowerCase();
      const held: number[] = [];
      for (const [place, { beginning, isUnspaced }] of sought.entries()) {
        if (holds(text, beginning, isUnspaced)) held.push(place);
      }
      for (const place of held) holders[place] = (holders[place] as number) + 1;
      if (held.length > 0) picks.push({ document, words: held });
    }
    looked += batch.length;
    if (picks.length > MOST_HELD) keepBest(MOST_HELD / 2);
    if (isOver()) {
      isWhole = false;
      break;
    }
    await othersFirst();
  }
  keepBest(MOST_PICKED);
  return { documents: picks.map(({ document }) => document), looked, isWhole };
};
