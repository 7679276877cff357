import { PostingList } from './posting-list.ts';
import type { TermTable } from './term-tables.ts';

const KEY_BYTES = 60;

/** The postings of a segment as they were read: those of each term stand together, in the order of the table. */
export interface Stretch<Term, Key> {
  readonly terms: TermTable<Term, Key>;
  /** Where the postings of each term end. */
  readonly ends: Uint32Array;
  /** Slots count from `firstSlot`. */
  readonly postings: Uint32Array;
  readonly firstSlot: number;
  readonly slotCount: number;
}

/** Where the postings of a term begin in its stretch. */
export const startOf = ({ ends }: Stretch<unknown, never>, place: number): number =>
  place === 0 ? 0 : (ends[place - 1] as number);

/** The postings of a term that were asked for, and how much of what there is they hold. */
interface Gathered {
  readonly list: PostingList;
  stretches: number;
  own: number;
}

/**
 * The posting lists of one kind of term: stems, or word pieces. Those of segments stay as they were read, and are gathered
 * when a term is first asked for: with a list for each term a load took nearly twice as long.
 */
export class Postings<Term, Key> {
  /** What tables know a term by. */
  readonly keyOf: (term: Term) => Key;
  /** Of documents that were added one by one. */
  readonly #own = new Map<Term, PostingList>();
  readonly #stretches: Stretch<Term, Key>[] = [];
  readonly #gathered = new Map<Term, Gathered>();
  /** An estimate of the memory held. */
  bytes = 0;

  constructor(keyOf: (term: Term) => Key) {
    this.keyOf = keyOf;
  }

  /** The documents that hold a term, those of segments first; undefined when there is none. Good until the next change. */
  get(term: Term): PostingList | undefined {
    const own = this.#own.get(term);
    if (this.#stretches.length === 0) return own;
    let gathered = this.#gathered.get(term);
    if (!gathered) {
      gathered = { list: new PostingList(), stretches: 0, own: 0 };
      this.#gathered.set(term, gathered);
      this.bytes += KEY_BYTES + gathered.list.bytes;
    }
    const { list } = gathered;
    const before = list.bytes;
    if (gathered.stretches < this.#stretches.length) {
      this.#gather(term, list, gathered.stretches);
      gathered.stretches = this.#stretches.length;
    }
    if (own && gathered.own < own.length) {
      list.addAll(own.entries, gathered.own, own.length, 0);
      gathered.own = own.length;
    }
    this.bytes += list.bytes - before;
    return list.length > 0 ? list : undefined;
  }

  /** `slot` must be above every slot that the term was added with before. */
  add(term: Term, slot: number, frequency: number): void {
    let list = this.#own.get(term);
    if (!list) {
      list = new PostingList();
      this.#own.set(term, list);
      this.bytes += KEY_BYTES + list.bytes;
    }
    const before = list.bytes;
    list.add(slot, frequency);
    this.bytes += list.bytes - before;
  }

  /** Takes in the postings of a segment, none of whose slots it may hold. */
  addStretch(stretch: Stretch<Term, Key>): void {
    this.#stretches.push(stretch);
    this.bytes += stretch.terms.bytes + stretch.ends.byteLength + stretch.postings.byteLength;
  }

  /** The lists of documents that were added one by one, slots in ascending order. */
  own(): Iterable<[Term, PostingList]> {
    return this.#own.entries();
  }

  /** The stretches with slots between two, both included. */
  stretchesBetween(firstSlot: number, lastSlot: number): Stretch<Term, Key>[] {
    return this.#stretches.filter(
      (stretch) => stretch.firstSlot <= lastSlot && stretch.firstSlot + stretch.slotCount > firstSlot,
    );
  }

  #gather(term: Term, list: PostingList, from: number): void {
    const key = this.keyOf(term);
    for (let i = from; i < this.#stretches.length; i += 1) {
      const stretch = this.#stretches[i] as Stretch<Term, Key>;
      const place = stretch.terms.find(key);
      if (place < 0) continue;
      list.addAll(stretch.postings, startOf(stretch, place), stretch.ends[place] as number, stretch.firstSlot);
    }
  }
}
