import { LANGUAGES, type Language } from '../../text/languages.ts';

/** A language that fewer of all documents that tell theirs are in is taken for one of the others: of short ones some tell a wrong one. */
const ONE_IN = 20;

/** How many documents of a memory are in each language, by its place among `LANGUAGES` from 1; 0 stands for none that is known. */
export class LanguageCounts {
  readonly #counts = new Uint32Array(LANGUAGES.length + 1);

  add(place: number): void {
    this.#counts[place] = (this.#counts[place] as number) + 1;
  }

  remove(place: number): void {
    this.#counts[place] = (this.#counts[place] as number) - 1;
  }

  /** The languages in which more than a few documents are written, the one with most first. */
  get usual(): readonly Language[] {
    const told = this.#counts.subarray(1);
    const least = Math.max(1, told.reduce((sum, count) => sum + count, 0) / ONE_IN);
    const places = [...told.keys()].filter((place) => (told[place] as number) >= least);
    places.sort((a, b) => (told[b] as number) - (told[a] as number));
    return places.map((place) => LANGUAGES[place] as Language);
  }
}
