import { STOP_WORDS } from '../../text/stop-words.ts';

/** Words of a name that a question is searched for. */
const MAX_NAME_WORDS = 3;

const writtenWordsOf = (text: string): string[] =>
  text.replaceAll(/['’]s\b/giu, '').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** A speaker in a text, and the words that name them there, counted from its start. */
interface Naming {
  readonly speaker: number;
  readonly from: number;
  readonly end: number;
}

/**
 * The one speaker that a text is about. Of several it is the first: "What did Ada tell Bob" asks for Ada's words, and "What
 * did Ada say of Bob's dog" too. Null for nobody, and for "Ada and Bob", who are asked about both.
 */
const subjectOf = (text: string, namings: readonly Naming[]): number | null => {
  const [first, ...others] = namings;
  if (!first || others.every(({ speaker }) => speaker === first.speaker)) return first?.speaker ?? null;
  const words = wordsOf(text);
  const areJoined = namings.some(({ end }, i) => namings[i + 1]?.from === end + 1 && JOINING.has(words[end] as string));
  if (areJoined) return null;
  const owners = ownersIn(text);
  return (namings.find(({ end }) => !owners.has(end)) ?? first).speaker;
};

const wordsOf = (text: string): string[] => writtenWordsOf(text).map((word) => word.toLowerCase());

const JOINING = new Set(['and', 'or']);
/** A word, or what makes the one before it an owner. */
const WORD_OR_POSSESSIVE = /(['’](?:s\b|(?=\s)))|[\p{L}\p{M}\p{N}]+/giu;

/** How many words stand before the end of each owner, in one pass: to count them for each took minutes of a long text. */
const ownersIn = (text: string): ReadonlySet<number> => {
  const owners = new Set<number>();
  let words = 0;
  for (const [, possessive] of text.matchAll(WORD_OR_POSSESSIVE)) {
    if (possessive === undefined) words += 1;
    else owners.add(words);
  }
  return owners;
};

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

  /** The speakers that a text names, by full name or by first name, the words that name them, and whom it is about. */
  namedIn(text: string): {
    readonly speakers: readonly number[];
    readonly words: ReadonlySet<string>;
    readonly subject: number | null;
  } {
    const written = writtenWordsOf(text);
    const words = written.map((word) => word.toLowerCase());
    const namings: Naming[] = [];
    const naming = new Set<string>();
    for (let from = 0; from < words.length; from += 1) {
      // The longest name first: "Ada Byron" is not the Ada who has no other name.
      for (let count = Math.min(MAX_NAME_WORDS, words.length - from); count > 0; count -= 1) {
        const run = words.slice(from, from + count);
        const name = run.join(' ');
        const number = this.#numberOf(name);
        if (number === null || (count === 1 && isGrammar(written[from] as string, from))) continue;
        namings.push({ speaker: number, from, end: from + count });
        for (const word of run) naming.add(word);
        from += count - 1;
        break;
      }
    }
    const speakers = [...new Set(namings.map(({ speaker }) => speaker))];
    return { speakers, words: naming, subject: subjectOf(text, namings) };
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
