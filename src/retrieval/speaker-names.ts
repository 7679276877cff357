/** Words of a name that a question is searched for. */
const MAX_NAME_WORDS = 3;

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll(/['’]s\b/gu, '')
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Who speaks in one user's memory, by number, and whom a question names. */
export class SpeakerNames {
  readonly #numbers = new Map<string, number>();
  /** Numbers by full name and by first name; a first name that two share names neither. */
  readonly #aliases = new Map<string, number | null>();

  /** The number of a speaker, a new one when met for the first time. */
  add(name: string): number {
    const words = wordsOf(name);
    const full = words.join(' ');
    let number = this.#numbers.get(full);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(full, number);
      this.#aliases.set(full, number);
      const [first = full] = words;
      if (first !== full) this.#aliases.set(first, this.#aliases.has(first) ? null : number);
    }
    return number;
  }

  /** The speakers that a text names, and the words that name them. */
  namedIn(text: string): { readonly speakers: readonly number[]; readonly words: ReadonlySet<string> } {
    const words = wordsOf(text);
    const speakers = new Set<number>();
    const naming = new Set<string>();
    for (let from = 0; from < words.length; from += 1) {
      for (let count = 1; count <= MAX_NAME_WORDS && from + count <= words.length; count += 1) {
        const run = words.slice(from, from + count);
        const number = this.#aliases.get(run.join(' '));
        if (number === undefined || number === null) continue;
        speakers.add(number);
        for (const word of run) naming.add(word);
      }
    }
    return { speakers: [...speakers], words: naming };
  }
}
