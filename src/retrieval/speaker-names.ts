import { STOP_WORDS } from '../text/stop-words.ts';

/** Words of a name that a question is searched for. */
const MAX_NAME_WORDS = 3;

const writtenWordsOf = (text: string): string[] =>
  text.replaceAll(/['’]s\b/giu, '').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

const wordsOf = (text: string): string[] => writtenWordsOf(text).map((word) => word.toLowerCase());

/** "When will it end?" and "Will it end?" do not speak of Will. */
const isGrammar = (written: string, at: number): boolean =>
  STOP_WORDS.has(written.toLowerCase()) && (at === 0 || written === written.toLowerCase());

/** Who speaks in one user's memory, by number, and whom a question names: those alone of whom a turn is there. */
export class SpeakerNames {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #turns: number[] = [];
  /** Numbers by first name. */
  readonly #firstNames = new Map<string, number[]>();

  /** Counts turns of a speaker. The number of the speaker, a new one when met for the first time. */
  add(name: string, turns = 1): number {
    const words = wordsOf(name);
    const full = words.join(' ') || name.trim();
    let number = this.#numbers.get(full);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(full, number);
      this.#names.push(name);
      this.#turns.push(0);
      const [first = full] = words;
      if (first !== full) this.#firstNames.set(first, [...(this.#firstNames.get(first) ?? []), number]);
    }
    this.#turns[number] = (this.#turns[number] as number) + turns;
    return number;
  }

  /** Takes back a turn: a name that nobody has any more is a word like others. */
  remove(number: number): void {
    this.#turns[number] = (this.#turns[number] as number) - 1;
  }

  /** A name as it was first met. */
  nameOf(number: number): string {
    return this.#names[number] as string;
  }

  /** The speakers that a text names, by full name or by first name, and the words that name them. */
  namedIn(text: string): { readonly speakers: readonly number[]; readonly words: ReadonlySet<string> } {
    const written = writtenWordsOf(text);
    const words = written.map((word) => word.toLowerCase());
    const speakers = new Set<number>();
    const naming = new Set<string>();
    for (let from = 0; from < words.length; from += 1) {
      // The longest name first: "Ada Byron" is not the Ada who has no other name.
      for (let count = Math.min(MAX_NAME_WORDS, words.length - from); count > 0; count -= 1) {
        const run = words.slice(from, from + count);
        const name = run.join(' ');
        const number = this.#numberOf(name);
        if (number === null || (count === 1 && isGrammar(written[from] as string, from))) continue;
        speakers.add(number);
        for (const word of run) naming.add(word);
        from += count - 1;
        break;
      }
    }
    return { speakers: [...speakers], words: naming };
  }

  /** Who has a name, or it for a first name; a first name that two share names neither. */
  #numberOf(name: string): number | null {
    const speaks = (number: number): boolean => (this.#turns[number] as number) > 0;
    const full = this.#numbers.get(name);
    if (full !== undefined && speaks(full)) return full;
    const [one, another] = (this.#firstNames.get(name) ?? []).filter(speaks);
    return one !== undefined && another === undefined ? one : null;
  }
}
