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
    let list = this.#lists.get(term);
    if (!list) {
      list = new PostingList();
      this.#lists.set(term, list);
      this.bytes += KEY_BYTES + list.bytes;
    }
    const before = list.bytes;
    list.add(slot, frequency);
    this.bytes += list.bytes - before;
  }
}
