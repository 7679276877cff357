import type { CorpusDocument, Retraction } from '../contract/corpus.ts';
import { spokenText } from '../text/speaker.ts';
import { termsOf } from '../text/terms.ts';
import { PostingList } from './posting-list.ts';

/** What ranking needs to know of a document; its text stays in the store. */
export interface IndexedDocument {
  readonly kind: CorpusDocument['kind'];
  readonly key: number;
  readonly sessionKey: number | null;
  readonly createdAt: number;
  /** Terms in the text, with repeats. */
  readonly length: number;
}

const DOCUMENT_BYTES = 120;
const TERM_BYTES = 60;

/**
 * One user's memory, searchable exactly: postings and the shape of each document. A document has a slot for as long as
 * it stays as it is; a changed one leaves its slot behind and takes a new one. When a quarter of the slots is left
 * behind the index asks to be built anew.
 */
export class UserIndex {
  /** The generation of the user that the index shows; 0 while it is empty. */
  generation = 0;
  readonly #documents: (IndexedDocument | null)[] = [];
  readonly #slots = new Map<string, number>();
  readonly #postings = new Map<string, PostingList>();
  #totalLength = 0;
  #postingBytes = 0;

  /** Documents that can be found. */
  get size(): number {
    return this.#slots.size;
  }

  /** Slots ever given out: one more than the highest. */
  get slotCount(): number {
    return this.#documents.length;
  }

  get averageLength(): number {
    return this.size === 0 ? 0 : this.#totalLength / this.size;
  }

  /** An estimate of the memory held, for the bound on all indexes together. */
  get bytes(): number {
    return this.#postingBytes + this.#documents.length * DOCUMENT_BYTES;
  }

  /** True when so much was withdrawn that loading again is cheaper than dragging it along. */
  get worn(): boolean {
    return this.slotCount > 1_000 && this.slotCount - this.size > this.slotCount / 4;
  }

  /** The document in a slot, null when it was withdrawn. */
  document(slot: number): IndexedDocument | null {
    return this.#documents[slot] ?? null;
  }

  postings(term: string): PostingList | undefined {
    return this.#postings.get(term);
  }

  add(document: CorpusDocument): void {
    const { kind, key, sessionKey, createdAt } = document;
    this.#withdraw(`${kind}:${key}`);
    const terms = termsOf(spokenText(document, document.content));
    const slot = this.#documents.length;
    this.#documents.push({ kind, key, sessionKey, createdAt, length: terms.length });
    this.#slots.set(`${kind}:${key}`, slot);
    this.#totalLength += terms.length;
    const frequencies = new Map<string, number>();
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
    for (const [term, frequency] of frequencies) this.#post(term, slot, frequency);
  }

  /** Takes out one document, or all of a session. */
  retract({ kind, key }: Retraction): void {
    if (kind === 'session') {
      for (const document of this.#documents) {
        if (document?.sessionKey === key) this.#withdraw(`${document.kind}:${document.key}`);
      }
    } else {
      this.#withdraw(`${kind}:${key}`);
    }
  }

  #post(term: string, slot: number, frequency: number): void {
    let list = this.#postings.get(term);
    if (!list) {
      list = new PostingList();
      this.#postings.set(term, list);
      this.#postingBytes += TERM_BYTES + list.bytes;
    }
    const before = list.bytes;
    list.add(slot, frequency);
    this.#postingBytes += list.bytes - before;
  }

  #withdraw(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#totalLength -= this.#documents[slot]?.length ?? 0;
    this.#documents[slot] = null;
    this.#slots.delete(id);
  }
}
