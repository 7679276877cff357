import { PostingList } from './posting-list.ts';

const KEY_BYTES = 60;

/** The posting lists of one kind of term: stems, or word pieces. */
export class Postings<Term> {
  readonly #lists = new Map<Term, PostingList>();
  /** An estimate of the memory held. */
  bytes = 0;

  get(term: Term): PostingList | undefined {
    return this.#lists.get(term);
  }

  /** `slot` must be above every slot that the term was added with before. */
  add(term: Term, slot: number, frequency: number): void {
    const list = this.#open(term);
    const before = list.bytes;
    list.add(slot, frequency);
    this.bytes += list.bytes - before;
  }

  /** The same for the postings from `from` up to `end` of a stretch of documents, whose slots count from `firstSlot`. */
  addAll(term: Term, postings: Uint32Array, from: number, end: number, firstSlot: number): void {
    const list = this.#open(term);
    const before = list.bytes;
    list.addAll(postings, from, end, firstSlot);
    this.bytes += list.bytes - before;
  }

  entries(): IterableIterator<[Term, PostingList]> {
    return this.#lists.entries();
  }

  #open(term: Term): PostingList {
    let list = this.#lists.get(term);
    if (!list) {
      list = new PostingList();
      this.#lists.set(term, list);
      this.bytes += KEY_BYTES + list.bytes;
    }
    return list;
  }
}
