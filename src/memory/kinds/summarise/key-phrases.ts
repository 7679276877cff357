import { functionWordsOf, type Language } from '../../../text/languages.ts';
import { termsIn } from '../../../text/terms.ts';

const MOST_PHRASES = 5;
const MOST_WORDS = 3;
const MOST_CHARACTERS = 60;
/** A phrase of several words tells more than its words. */
const SEVERAL = 1.5;
/** What a phrase is worth for each further time that it was said. */
const AGAIN = 0.5;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
/** Signs between two words that part phrases. */
const JOINS = /^[ \u00a0]$/;

interface Candidate {
  readonly phrase: string;
  readonly terms: readonly string[];
  count: number;
}

/** The runs of words of a text that are no function words, up to three of them. */
const runsOf = (text: string, functionWords: ReadonlySet<string>): string[] => {
  const runs: string[] = [];
  let run: string[] = [];
  let end = 0;
  const close = (): void => {
    if (run.length > 0) runs.push(run.slice(-MOST_WORDS).join(' '));
    run = [];
  };
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!JOINS.test(text.slice(end, index))) close();
    end = index + word.length;
    if (functionWords.has(word.toLowerCase().replaceAll(/['’]/g, '')) || /^\d+$/.test(word)) close();
    else run.push(word);
  }
  close();
  return runs.filter((phrase) => phrase.length <= MOST_CHARACTERS && phrase.length > 1);
};

/** What some texts are about in up to five phrases, the most telling first; no two of them share a word. */
export const keyPhrasesOf = (texts: readonly string[], language: Language | null): string[] => {
  const functionWords = functionWordsOf(language ?? 'en');
  const candidates = new Map<string, Candidate>();
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const phrase of runsOf(text, functionWords)) {
      const terms = termsIn(phrase, language);
      if (terms.length === 0) continue;
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      const name = terms.join(' ');
      const candidate = candidates.get(name) ?? { phrase, terms, count: 0 };
      candidate.count += 1;
      candidates.set(name, candidate);
    }
  }
  const worthOf = ({ terms, count }: Candidate): number => {
    const mean = terms.reduce((sum, term) => sum + Math.sqrt(counts.get(term) as number), 0) / terms.length;
    return mean * (1 + AGAIN * (count - 1)) * (terms.length > 1 ? SEVERAL : 1);
  };
  const ranked = [...candidates.values()]
    .map((candidate) => ({ ...candidate, worth: worthOf(candidate) }))
    .sort((a, b) => b.worth - a.worth);
  const told = new Set<string>();
  const phrases: string[] = [];
  for (const { phrase, terms } of ranked) {
    if (phrases.length === MOST_PHRASES) break;
    if (terms.some((term) => told.has(term))) continue;
    for (const term of terms) told.add(term);
    phrases.push(phrase);
  }
  return phrases;
};
