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
  readonly #names: string[] = [];
  /** Numbers by first name; null for one that two share, which names neither. */
  readonly #firstNames = new Map<string, number | null>();

  /** The number of a speaker, a new one when met for the first time. */
  add(name: string): number {
    const words = wordsOf(name);
    const full = words.join(' ') || name.trim();
    let number = this.#numbers.get(full);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(full, number);
      this.#names.push(name);
      const [first = full] = words;
      if (first !== full) this.#firstNames.set(first, this.#firstNames.has(first) ? null : number);
    }
    return number;
  }

  /** A name as it was first met. */
  nameOf(number: number): string {
    return this.#names[number] as string;
  }

  /** The speakers that a text names, by full name or by first name, and the words that name them. */
  namedIn(text: string): { readonly speakers: readonly number[]; readonly words: ReadonlySet<string> } {
    const words = wordsOf(text);
    const speakers = new Set<number>();
    const naming = new Set<string>();
    for (let from = 0; from < words.length; from += 1) {
      // The longest name first: "Ada Byron" is not the Ada who has no other name.
      for (let count = Math.min(MAX_NAME_WORDS, words.length - from); count > 0; count -= 1) {
        const run = words.slice(from, from + count);
        const name = run.join(' ');
        const number = this.#numbers.get(name) ?? this.#firstNames.get(name) ?? null;
        if (number === null) continue;
        speakers.add(number);
        for (const word of run) naming.add(word);
        from += count - 1;
        break;
      }
    }
    return { speakers: [...speakers], words: naming };
  }
}
