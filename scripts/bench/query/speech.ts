import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTensorFile } from '../../../src/embedding/tensor-file.ts';
import type { Random } from '../../../test/support/random.ts';
import { readSpeech } from '../workload.ts';

const MODEL = join(import.meta.dir, '..', '..', '..', 'models', 'static-minilm-256.safetensors');

/** Shares of words that are drawn anew: so much that hardly a text comes twice, so little that it is still a sentence. */
const REDRAWN_OF_TURN = 0.5;
const REDRAWN_OF_QUESTION = 0.25;
/** Words of the shortest turn; shorter sentences are joined with the next. About 12 on average then. */
const LEAST_WORDS = 8;
const FINENESS = 2 ** 30;

export interface Speech {
  /** What somebody says, 12 words or so. */
  turn(random: Random): string;
  /** A question that this speech has not given out before. */
  question(random: Random): string;
}

/** Words by how common they are: those of the conversations, then those of the static model's vocabulary, in its order. */
const rankedWords = (texts: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const word of texts
    .join(' ')
    .toLowerCase()
    .match(/[a-z']+/g) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const file = parseTensorFile(new Uint8Array(readFileSync(MODEL)));
  const vocabulary = new TextDecoder().decode(file.tensor('vocabulary', 'U8', file.shape('vocabulary')));
  const others = vocabulary.split('\n').filter((piece) => /^[a-z]{2,}$/.test(piece) && !counts.has(piece));
  return [...[...counts].sort(([, a], [, b]) => b - a).map(([word]) => word), ...others];
};

/** Draws by Zipf's law: the word of rank n comes with a chance of 1 / n times that of the first. */
const zipf = (words: readonly string[]): ((random: Random) => string) => {
  let total = 0;
  const upTo = words.map((_, i) => {
    total += 1 / (i + 1);
    return total;
  });
  return (random) => {
    const point = (random.between(0, FINENESS) / FINENESS) * total;
    let [low, high] = [0, words.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) < point) low = middle + 1;
      else high = middle;
    }
    return words[low] as string;
  };
};

/** Sentences, short ones joined with the next. */
const turnsOf = (texts: readonly string[]): string[][] =>
  texts.flatMap((text) => {
    const turns: string[][] = [];
    for (const sentence of text.split(/(?<=[.!?])\s+|\n+/)) {
      const words = sentence.split(/\s+/).filter(Boolean);
      const last = turns.at(-1);
      if (last && last.length < LEAST_WORDS) last.push(...words);
      else if (words.length > 0) turns.push(words);
    }
    return turns;
  });

/**
 * Texts for memories of any size: sentences of the project's own conversations, in which every second word is drawn anew
 * by Zipf's law from 23,000, so that a few words stand nearly everywhere and most stand nearly nowhere, as in language.
 */
export const createSpeech = (): Speech => {
  const { texts, questions } = readSpeech();
  const draw = zipf(rankedWords(texts));
  const turns = turnsOf(texts);
  const asked = questions.map((question) => question.split(' '));
  const given = new Set<string>();
  const redraw = (words: readonly string[], share: number, random: Random): string =>
    words.map((word) => (random.chance(share) ? word.replace(/[\p{L}'’]+/u, draw(random)) : word)).join(' ');
  return {
    turn: (random) => redraw(random.pick(turns), REDRAWN_OF_TURN, random),
    question: (random) => {
      for (;;) {
        const question = redraw(random.pick(asked), REDRAWN_OF_QUESTION, random);
        if (given.has(question)) continue;
        given.add(question);
        return question;
      }
    },
  };
};
