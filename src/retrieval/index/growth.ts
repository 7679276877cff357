import type { ChangedDocument, CorpusReader, KeyRange } from '../../contract/corpus.ts';
import type { DocumentKind } from '../../contract/documents.ts';
import type { AskedWord } from '../../text/terms.ts';
import { othersFirst } from '../others-first.ts';
import type { Owner } from '../owner.ts';
import { readInTurns } from './document-reader.ts';
import { pickEarly } from './early-picks.ts';
import type { UserIndex } from './user-index.ts';

/** What was read in one go, documents or their characters. Of less the rest is read as soon as an early look would be over. */
const LEAST_READ = { documents: 2_048, characters: 524_288 };
/** How long an early look lasts at most: to wait for the index would take ten times as long, and be given up. */
const MOST_LOOK_MS = 10_000;

/** Characters that are put in ahead before others have their turn: ten milliseconds or so. */
const PUT_AHEAD_AT_A_TIME = 16_384;

/** What can be searched of a memory that is still being read. */
export interface EarlyLook {
  readonly index: UserIndex;
  /** Documents of which those with words of the question are in the index, and the others are not. */
  readonly unread: number;
}

const nameOf = ({ kind, key }: ChangedDocument): string => `${kind}:${key}`;

/** Documents of a memory that are being read into its index, and what of them is put in ahead for a question that waits. */
export class Growth {
  readonly #index: UserIndex;
  readonly #kinds: readonly DocumentKind[];
  readonly #clockMs: () => number;
  /** What is still to be read: documents of these keys with generations above `after`. */
  #rest: { after: number; readonly keys: KeyRange }[];
  /** Documents put in ahead, with their generations. */
  readonly #ahead = new Map<string, number>();
  readonly #read = { documents: 0, characters: 0 };
  #looks = 0;
  /** Whether more is left than a look has time for. */
  #isVast = false;
  #isEnded = false;

  constructor(
    index: UserIndex,
    rest: readonly { after: number; keys: KeyRange }[],
    kinds: readonly DocumentKind[],
    clockMs: () => number = () => performance.now(),
  ) {
    this.#index = index;
    this.#rest = [...rest];
    this.#kinds = kinds;
    this.#clockMs = clockMs;
  }

  /** Whether a question is looking: then reading leaves it most of the time. */
  get isLookedAt(): boolean {
    return this.#looks > 0;
  }

  /** Whether a document was put in ahead as it is now. */
  hasAhead(document: ChangedDocument): boolean {
    return this.#ahead.size > 0 && document.generation <= (this.#ahead.get(nameOf(document)) ?? -1);
  }

  /** Notes a batch of documents that was read. One of the same generation may follow. */
  read(batch: readonly ChangedDocument[]): void {
    const [current] = this.#rest;
    const last = batch.at(-1);
    if (current && last) current.after = last.generation - 1;
    this.#read.documents += batch.length;
    for (const { content } of batch) this.#read.characters += content.length;
  }

  /** Notes that all was read, or that reading failed: from now on there are no early looks. */
  end(): void {
    this.#isEnded = true;
  }

  /** Notes that a range of keys was read to its end. */
  readRange(): void {
    this.#rest.shift();
  }

  /**
   * Puts in ahead what bears on a question; null when so little was read that the rest is worth waiting for, and when not all
   * of the rest could be looked at in time: what was acknowledged is found, or waited for. The index that is
   * answered must be used before the next pause. Errors: those of the store.
   */
  async look(
    corpus: CorpusReader,
    { tenantKey, userKey }: Owner,
    words: readonly AskedWord[],
  ): Promise<EarlyLook | null> {
    const { documents, characters } = this.#read;
    if ((documents < LEAST_READ.documents && characters < LEAST_READ.characters) || this.#isVast) return null;
    const untilMs = this.#clockMs() + MOST_LOOK_MS;
    this.#looks += 1;
    try {
      const rest = this.#rest.map(({ after, keys }) => corpus.documents(tenantKey, userKey, after, keys, this.#kinds));
      const unread = (async function* (index: UserIndex) {
        for (const documents of rest) {
          for await (const batch of documents)
            yield batch.filter(({ kind, key }) => index.slotOf(key, kind) === undefined);
        }
      })(this.#index);
      const picks = await pickEarly(unread, words, () => this.#clockMs() > untilMs);
      let characters = 0;
      for (const document of picks.documents) {
        const isThere = (): boolean => this.#index.slotOf(document.key, document.kind) !== undefined;
        if (isThere()) continue;
        characters += document.content.length;
        if (characters >= PUT_AHEAD_AT_A_TIME) {
          characters = 0;
          await othersFirst();
        }
        const read = await readInTurns(document, this.#index.meaning, () => PUT_AHEAD_AT_A_TIME);
        // What was read in the pauses is there as it is now; and an index that is whole may be put out of memory in one.
        if (this.#isEnded) return null;
        if (isThere()) continue;
        this.#index.put(read);
        this.#ahead.set(nameOf(document), document.generation);
      }
      if (this.#isEnded) return null;
      this.#index.tidy();
      this.#isVast = !picks.isWhole;
      return picks.isWhole ? { index: this.#index, unread: picks.looked } : null;
    } finally {
      this.#looks -= 1;
    }
  }
}
