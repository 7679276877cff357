import { PostingList, slotOf, withSlot } from './posting-list.ts';
import { endsOf, type TermKind, type TermTable } from './term-tables.ts';

const KEY_BYTES = 60;

/** The postings of a range of documents, sorted by term: those of the first term of `terms` come first. */
export interface PostingTable<Term, Key> {
  readonly terms: TermTable<Term, Key>;
  /** Where the postings of each term end. */
  readonly ends: Uint32Array;
  /** Slots count from `firstSlot`. */
  readonly postings: Uint32Array;
  readonly firstSlot: number;
  readonly slotCount: number;
}

/** Where the postings of a term begin in its posting table. */
export const startOf = ({ ends }: Pick<PostingTable<unknown, never>, 'ends'>, place: number): number =>
  place === 0 ? 0 : (ends[place - 1] as number);

const bytesOf = ({ terms, ends, postings }: PostingTable<unknown, never>): number =>
  terms.bytes + ends.byteLength + postings.byteLength;

/** Builds a posting table of the lists of some terms. */
const postingTableOf = <Term, Key>(
  { keyOf, compare, tableOf }: TermKind<Term, Key>,
  lists: ReadonlyMap<Term, PostingList>,
): PostingTable<Term, Key> => {
  const sorted = [...lists].map(([term, list]) => ({ key: keyOf(term), list }));
  sorted.sort((a, b) => compare(a.key, b.key));
  let [firstSlot, lastSlot, count] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const { list } of sorted) {
    firstSlot = Math.min(firstSlot, slotOf(list.entries[0] as number));
    lastSlot = Math.max(lastSlot, slotOf(list.entries[list.length - 1] as number));
    count += list.length;
  }
  const postings = new Uint32Array(count);
  let at = 0;
  for (const { list } of sorted) {
    for (let i = 0; i < list.length; i += 1) postings[at + i] = (list.entries[i] as number) - withSlot(firstSlot, 0);
    at += list.length;
  }
  const terms = tableOf(sorted.map(({ key }) => key));
  const ends = endsOf(sorted.map(({ list }) => list));
  return { terms, ends, postings, firstSlot, slotCount: lastSlot - firstSlot + 1 };
};

/** Adds the postings of a term from the posting tables `from` and later. */
const gather = <Key>(
  tables: readonly PostingTable<unknown, Key>[],
  from: number,
  key: Key,
  list: PostingList,
): void => {
  for (let i = from; i < tables.length; i += 1) {
    const table = tables[i] as PostingTable<unknown, Key>;
    const place = table.terms.find(key);
    if (place < 0) continue;
    list.addAll(table.postings, startOf(table, place), table.ends[place] as number, table.firstSlot);
  }
};

/** The postings of a term that were asked for, and how much of what there is they hold. */
interface Gathered {
  readonly list: PostingList;
  tables: number;
  own: number;
}

/**
 * The posting lists of one kind of term: stems, or word pieces. Those of segments stay as they were read, and are gathered
 * when a term is first asked for: with a list for each term a load took nearly twice as long. Those of documents that were
 * added one by one are put together the same way now and then, since lists take five times the room.
 */
export class Postings<Term, Key> {
  readonly kind: TermKind<Term, Key>;
  /** Of documents that were added one by one. */
  readonly #own = new Map<Term, PostingList>();
  readonly #tables: PostingTable<Term, Key>[] = [];
  readonly #gathered = new Map<Term, Gathered>();
  /** An estimate of the memory held. */
  bytes = 0;
  /** Is told each new term of documents that are added one by one, and null once they were put together. */
  onTerm: ((term: Term | null) => void) | null = null;

  constructor(kind: TermKind<Term, Key>) {
    this.kind = kind;
  }

  /** The documents that hold a term, those of segments first; undefined when there is none. Good until the next change. */
  get(term: Term): PostingList | undefined {
    const own = this.#own.get(term);
    if (this.#tables.length === 0) return own;
    let gathered = this.#gathered.get(term);
    if (!gathered) {
      gathered = { list: new PostingList(), tables: 0, own: 0 };
      this.#gathered.set(term, gathered);
      this.bytes += KEY_BYTES + gathered.list.bytes;
    }
    const { list } = gathered;
    if (gathered.tables === this.#tables.length && gathered.own === (own?.length ?? 0)) {
      return list.length > 0 ? list : undefined;
    }
    const before = list.bytes;
    const key = this.kind.keyOf(term);
    gather(this.#tables, gathered.tables, key, list);
    gathered.tables = this.#tables.length;
    if (own && gathered.own < own.length) {
      list.addAll(own.entries, gathered.own, own.length, 0);
      gathered.own = own.length;
    }
    this.bytes += list.bytes - before;
    return list.length > 0 ? list : undefined;
  }

  /** Whether some document holds a term, or held it. Gathers nothing. */
  has(term: Term): boolean {
    const key = this.kind.keyOf(term);
    return this.#own.has(term) || this.#tables.some(({ terms }) => terms.find(key) >= 0);
  }

  /** `slot` must be above every slot that the term was added with before. */
  add(term: Term, slot: number, frequency: number): void {
    let list = this.#own.get(term);
    if (!list) {
      list = new PostingList();
      this.#own.set(term, list);
      this.bytes += KEY_BYTES + list.bytes;
      this.onTerm?.(term);
    }
    const before = list.bytes;
    list.add(slot, frequency);
    this.bytes += list.bytes - before;
  }

  /** Adds a posting table, none of whose slots it may hold yet. */
  addTable(table: PostingTable<Term, Key>): void {
    this.#tables.push(table);
    this.bytes += bytesOf(table);
  }

  /** Builds a posting table of the documents that were added one by one. */
  compact(): void {
    if (this.#own.size === 0) return;
    // What was gathered holds all of it, and will.
    for (const term of this.#gathered.keys()) this.get(term);
    for (const list of this.#own.values()) this.bytes -= KEY_BYTES + list.bytes;
    this.addTable(postingTableOf(this.kind, this.#own));
    this.#own.clear();
    this.onTerm?.(null);
    for (const gathered of this.#gathered.values()) {
      gathered.tables = this.#tables.length;
      gathered.own = 0;
    }
  }

  /** The lists of documents that were added one by one, slots in ascending order. */
  own(): Iterable<[Term, PostingList]> {
    return this.#own.entries();
  }

  /** What was put together: all but the lists of documents that were added one by one. */
  tables(): readonly PostingTable<Term, Key>[] {
    return this.#tables;
  }

  /** The list of a term in documents that were added one by one. */
  ownOf(term: Term): PostingList | undefined {
    return this.#own.get(term);
  }

  /** The posting tables with slots between two, both included. */
  tablesBetween(firstSlot: number, lastSlot: number): PostingTable<Term, Key>[] {
    return this.#tables.filter((table) => table.firstSlot <= lastSlot && table.firstSlot + table.slotCount > firstSlot);
  }
}
