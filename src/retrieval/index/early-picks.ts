import type { ChangedDocument } from '../../contract/corpus.ts';
import type { AskedWord } from '../../text/terms.ts';
import { othersFirst } from '../others-first.ts';

/** Words of a longer question that are looked for. */
const MOST_WORDS = 16;
/** Documents that are picked, and their characters: reading them into an index takes some 30 ms, and 100 for long ones. */
const PICKED = { documents: 512, characters: 524_288 };
/** So many times more are held before the better half is kept: their texts are in memory. */
const HELD = 8;
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
  let characters = 0;
  let looked = 0;
  const weightOf = ({ words: held }: Pick): number =>
    held.reduce((sum, place) => sum + Math.log(1 + looked / (holders[place] as number)), 0);
  /** Keeps so many times what is picked: one at least, however long. */
  const keepBest = (share: number): void => {
    if (picks.length <= share * PICKED.documents && characters <= share * PICKED.characters) return;
    const weights = picks.map(weightOf);
    const best = [...weights.keys()].sort((a, b) => (weights[b] as number) - (weights[a] as number) || b - a);
    characters = 0;
    const kept: number[] = [];
    for (const place of best.slice(0, share * PICKED.documents)) {
      const { length } = (picks[place] as Pick).document.content;
      if (kept.length > 0 && characters + length > share * PICKED.characters) break;
      characters += length;
      kept.push(place);
    }
    picks = kept.sort((a, b) => a - b).map((place) => picks[place] as Pick);
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
      if (held.length === 0) continue;
      picks.push({ document, words: held });
      characters += document.content.length;
    }
    looked += batch.length;
    if (picks.length > HELD * PICKED.documents || characters > HELD * PICKED.characters) keepBest(HELD / 2);
    if (isOver()) {
      isWhole = false;
      break;
    }
    await othersFirst();
  }
  keepBest(1);
  return { documents: picks.map(({ document }) => document), looked, isWhole };
};
