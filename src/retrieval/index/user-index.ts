import type { CorpusDocument, KeyRange, Retraction } from '../../contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, forEachKind, rulesOf } from '../../contract/documents.ts';
import { LANGUAGES } from '../../text/languages.ts';
import { Columns } from './columns.ts';
import { Coverage } from './coverage.ts';
import { type ReadDocument, readAtOnce } from './document-reader.ts';
import { LanguageCounts } from './language-counts.ts';
import { ENGLISH_GROUND, FOREIGN_GROUND, type Ground, type Meaning } from './meaning.ts';
import type { ModelVectors } from './model-vectors.ts';
import { Postings } from './postings.ts';
import { type DecodedSegment, postingTablesOf, STORED_COLUMNS } from './segments.ts';
import { Sessions } from './sessions.ts';
import { SimilarQuestions } from './similar-questions.ts';
import { SpeakerNames } from './speaker-names.ts';
import { PIECES, STEMS } from './term-tables.ts';
import { VectorRows } from './vectors/vector-rows.ts';
import { Vocabulary } from './vocabulary.ts';
import { appendToWindows, inverseOf, refreshWindows } from './windows.ts';

/** What filters need to know of a document; its text stays in the store. */
export interface IndexedDocument {
  readonly kind: DocumentKind;
  readonly key: number;
  readonly sessionKey: number | null;
  readonly role: CorpusDocument['role'];
  readonly createdAt: number;
}

/** By the number that stands for each in an index, and in the segments that are kept of it: only ever appended to. */
export const ROLES = [null, 'user', 'assistant', 'system', 'tool', 'developer', 'function'] as const;

/**
 * Documents whose postings are lists of their own for a while: those take five times the room, and putting them together
 * takes some time. A segment of a thousand is written from no more than two or three times as many.
 */
const LEAST_LOOSE = 64;
const MOST_LOOSE = 2_048;

const squareOf = (vector: Float32Array): number => {
  let square = 0;
  for (let k = 0; k < vector.length; k += 1) square += (vector[k] as number) ** 2;
  return square;
};

/**
 * One user's memory, searchable exactly: postings of words and of word pieces, a vector for each passage, its place in its
 * session and the shape of its text. A document has a slot for each of its passages, one after the other, for as long as it
 * stays as it is; a changed one leaves its slots behind and takes new ones. When a quarter of the slots is left behind the
 * index asks to be built anew. Close it when it goes: its vectors lie in memory that all share.
 */
export class UserIndex {
  /** The generation of the user that the index shows; 0 while it is empty. */
  generation = 0;
  /**
   * The generations up to which documents of each kind are there: later than its own where some came in while it was
   * brought up to date. It may show one of them that was withdrawn since.
   */
  readonly reached = forEachKind(() => 0);
  readonly columns = new Columns();
  readonly words = new Postings(STEMS);
  readonly vocabulary = new Vocabulary(this.words);
  readonly pieces = new Postings(PIECES);
  readonly sessions = new Sessions();
  readonly speakers = new SpeakerNames();
  readonly coverage = new Coverage();
  readonly similar = new SimilarQuestions();
  /** Null when there is no static model: then search goes by words alone. */
  readonly vectors: VectorRows | null;
  readonly meaning: Meaning | null;
  /** Kept segments that could not be read, by their first keys: their messages were read in place of them. */
  readonly unreadable = new Set<number>();
  /** Of those the ones that were made anew meanwhile. */
  readonly remade = new Set<number>();
  /** The vectors by the configured model; null before somebody has asked by it. */
  model: ModelVectors | null = null;
  /** The first slot of each document. */
  readonly #slots = forEachKind(() => new Map<number, number>());
  readonly #languages = new LanguageCounts();
  readonly #sessionKeys = new Map<number, number>();
  #totalWindowLength = 0;
  /** Documents added one by one whose postings are lists of their own. */
  #loose = 0;

  constructor(meaning: Meaning | null) {
    this.meaning = meaning;
    this.vectors = meaning && new VectorRows(meaning.pool);
  }

  /** Documents that can be found. */
  get size(): number {
    return Object.values(this.#slots).reduce((sum, { size }) => sum + size, 0);
  }

  get messageCount(): number {
    return this.#slots.message.size;
  }

  /** Passages of the documents that can be found. */
  passageCount = 0;

  /** Those of them that stand on the ground of other languages than English. */
  foreignCount = 0;

  /** Slots ever given out: one more than the highest. */
  get slotCount(): number {
    return this.columns.length;
  }

  /** Terms in the window of a passage, on average. */
  get averageWindowLength(): number {
    return this.passageCount === 0 ? 0 : this.#totalWindowLength / this.passageCount;
  }

  /** The grounds on which something stands. */
  get grounds(): readonly Ground[] {
    if (this.foreignCount === 0) return [ENGLISH_GROUND];
    return this.foreignCount === this.passageCount ? [FOREIGN_GROUND] : [ENGLISH_GROUND, FOREIGN_GROUND];
  }

  get languages(): LanguageCounts['usual'] {
    return this.#languages.usual;
  }

  /** An estimate of the memory held, for the bound on all indexes together. */
  get bytes(): number {
    const vectors = (this.vectors?.bytes ?? 0) + (this.model?.bytes ?? 0);
    return this.columns.bytes + this.words.bytes + this.vocabulary.bytes + this.pieces.bytes + vectors + this.size * 40;
  }

  /** True when so much was withdrawn that loading again is cheaper than dragging it along. */
  get worn(): boolean {
    return this.slotCount > 1_000 && this.slotCount - this.passageCount > this.slotCount / 4;
  }

  /** The document in a slot, null when it was withdrawn. */
  document(slot: number): IndexedDocument | null {
    const { key, kind, role, createdAt } = this.columns.arrays;
    if ((key[slot] ?? -1) < 0) return null;
    return {
      kind: DOCUMENT_KINDS[kind[slot] as number] as DocumentKind,
      key: key[slot] as number,
      sessionKey: this.sessionKeyOf(slot),
      role: ROLES[role[slot] as 0 | 1 | 2 | 3 | 4 | 5 | 6],
      createdAt: createdAt[slot] as number,
    };
  }

  /** Puts postings together once those of a third of all documents, or of many, are not. */
  tidy(): void {
    if (this.#loose < Math.min(MOST_LOOSE, Math.max(LEAST_LOOSE, this.slotCount / 3))) return;
    this.words.compact();
    this.pieces.compact();
    this.#loose = 0;
  }

  add(document: CorpusDocument): void {
    this.put(readAtOnce(document, this.meaning));
  }

  /** Adds a document that was read with the model of this index. */
  put({ document, speaker, language, ground, saying, marks, passages }: ReadDocument): void {
    const { kind, key } = document;
    if (this.#slots[kind].has(key)) this.#withdraw(kind, key);
    const first = this.columns.add(passages.length);
    const kindNumber = DOCUMENT_KINDS.indexOf(kind);
    const role = ROLES.indexOf(document.role);
    const languageNumber = language === null ? 0 : LANGUAGES.indexOf(language) + 1;
    const speakerNumber = speaker === null ? -1 : this.speakers.add(speaker);
    let whole: Float32Array | null = null;
    for (const [i, passage] of passages.entries()) {
      const slot = first + i;
      const { arrays } = this.columns;
      // One by one: a loop over their names took a twentieth of the time of a document.
      arrays.key[slot] = key;
      arrays.createdAt[slot] = document.createdAt;
      arrays.kind[slot] = kindNumber;
      arrays.role[slot] = role;
      arrays.language[slot] = languageNumber;
      arrays.speaker[slot] = speakerNumber;
      arrays.ground[slot] = ground;
      arrays.saying[slot] = saying;
      arrays.passages[slot] = passages.length;
      arrays.passage[slot] = i;
      arrays.marks[slot] = marks | passage.marks;
      this.#addTerms(slot, passage.terms);
      if (!passage.meaning || !this.vectors) continue;
      const { sum, pieces } = passage.meaning;
      for (const piece of pieces) this.pieces.add(piece, slot, 1);
      this.vectors.append(sum);
      if (whole) for (let k = 0; k < sum.length; k += 1) whole[k] = (whole[k] as number) + (sum[k] as number);
      else whole = sum;
    }
    const inverse = whole ? inverseOf(squareOf(whole)) : 0;
    for (let slot = first; slot < first + passages.length; slot += 1) {
      this.columns.arrays.documentInverse[slot] = inverse;
      this.#seat(slot, document.sessionKey, document.sequence ?? 0);
    }
    this.#hold(kind, first);
    this.#loose += passages.length;
  }

  /** Adds the messages of a segment, none of which the index may hold. */
  addSegment(segment: DecodedSegment): void {
    const { numbers } = segment;
    const first = this.#addColumns(segment);
    const { words, pieces } = postingTablesOf(segment, first);
    this.words.addTable(words);
    this.pieces.addTable(pieces);
    this.vectors?.appendAll(numbers.components, numbers.scales);
    const { session, sequence, passage } = numbers;
    for (let i = 0; i < session.length; i += 1) {
      this.#seat(first + i, session[i] as number, sequence[i] as number);
      if (passage[i] === 0) this.#hold('message', first + i);
    }
  }

  /** The first slot of a message or a knowledge item by its key in the store; undefined when the index does not hold it. */
  slotOf(key: number, kind: DocumentKind = 'message'): number | undefined {
    return this.#slots[kind].get(key);
  }

  /** The first slots of the first `most` messages with keys in a range, by ascending key. */
  slotsBetween({ firstKey, lastKey }: KeyRange, most: number): number[] {
    const { key, kind, passage } = this.columns.arrays;
    const isMessage = DOCUMENT_KINDS.indexOf('message');
    let found: number[] = [];
    let highest = lastKey;
    const keepFirst = (): void => {
      found = found.sort((a, b) => (key[a] as number) - (key[b] as number)).slice(0, most);
    };
    for (let slot = 0; slot < this.slotCount; slot += 1) {
      const own = key[slot] as number;
      if (own < firstKey || own > highest || passage[slot] !== 0 || kind[slot] !== isMessage) continue;
      found.push(slot);
      if (found.length < 2 * most) continue;
      keepFirst();
      highest = key[found.at(-1) as number] as number;
    }
    keepFirst();
    return found;
  }

  /** All slots of some documents by their first ones, in the same order. */
  slotsOf(firsts: readonly number[]): number[] {
    const { passages } = this.columns.arrays;
    return firsts.flatMap((first) => Array.from({ length: passages[first] as number }, (_, i) => first + i));
  }

  /** The session of the store that a slot's document belongs to. */
  sessionKeyOf(slot: number): number | null {
    return this.#sessionKeys.get(this.columns.arrays.session[slot] as number) ?? null;
  }

  /** Takes out one document, or all of a session, `most` at a time. False when there are more. For `all` a new one is made. */
  retract({ kind, key }: Retraction, most = Number.POSITIVE_INFINITY): boolean {
    if (kind === 'all') return true;
    if (kind !== 'session') {
      this.#withdraw(kind, key);
      return true;
    }
    const session = this.sessions.find(key);
    if (session === undefined) return true;
    let withdrawn = 0;
    for (let slot = this.sessions.last[session] as number; slot >= 0; slot = this.sessions.last[session] as number) {
      if (withdrawn === most) return false;
      const { kind: kindNumber, key: ownKey } = this.columns.arrays;
      this.#withdraw(DOCUMENT_KINDS[kindNumber[slot] as number] as DocumentKind, ownKey[slot] as number);
      withdrawn += 1;
    }
    return true;
  }

  /** Gives the memory of the vectors back. The index is of no use afterwards. */
  close(): void {
    this.vectors?.close();
    this.model?.close();
  }

  #addColumns({ texts, numbers }: DecodedSegment): number {
    const count = numbers.key.length;
    const first = this.columns.add(count);
    const { arrays } = this.columns;
    for (const name of STORED_COLUMNS) arrays[name].set(numbers[name], first);
    const turns = new Uint32Array(texts.speakers.length);
    numbers.speaker.forEach((speaker, i) => {
      if (speaker >= 0 && numbers.passage[i] === 0) turns[speaker] = (turns[speaker] as number) + 1;
    });
    const speakers = texts.speakers.map((name, i) => this.speakers.add(name, turns[i]));
    for (let i = 0; i < count; i += 1) {
      const speaker = numbers.speaker[i] as number;
      arrays.speaker[first + i] = speaker < 0 ? -1 : (speakers[speaker] as number);
    }
    return first;
  }

  #addTerms(slot: number, terms: readonly string[]): void {
    const frequencies = new Map<string, number>();
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
    frequencies.forEach((frequency, term) => {
      this.words.add(term, slot, frequency);
    });
    this.columns.arrays.length[slot] = terms.length;
  }

  /** Counts a document that is all there. */
  #hold(kind: DocumentKind, first: number): void {
    const { key, passages, language, ground } = this.columns.arrays;
    this.#slots[kind].set(key[first] as number, first);
    this.passageCount += passages[first] as number;
    if (ground[first] === FOREIGN_GROUND) this.foreignCount += passages[first] as number;
    this.#languages.add(language[first] as number);
  }

  /** Finds a passage its place in its session, behind those before it, and brings the windows around it up to date. */
  #seat(slot: number, sessionKey: number | null, sequence: number): void {
    const { sessions, columns } = this;
    const { arrays } = columns;
    const isFirst = arrays.passage[slot] === 0;
    const session =
      sessionKey !== null
        ? sessions.numberOf(sessionKey)
        : isFirst
          ? sessions.add()
          : (arrays.session[slot - 1] as number);
    if (sessionKey !== null) this.#sessionKeys.set(session, sessionKey);
    arrays.session[slot] = session;
    arrays.sequence[slot] = sequence;
    let next = -1;
    let previous = sessions.last[session] as number;
    if (previous < 0) sessions.live += 1;
    while (previous >= 0 && (arrays.sequence[previous] as number) > sequence) {
      next = previous;
      previous = arrays.previous[previous] as number;
    }
    arrays.previous[slot] = previous;
    arrays.next[slot] = next;
    if (previous >= 0) arrays.next[previous] = slot;
    if (next >= 0) arrays.previous[next] = slot;
    else sessions.last[session] = slot;
    const length = arrays.length[slot] as number;
    sessions.lengths[session] = (sessions.lengths[session] as number) + length;
    sessions.totalLength += length;
    this.#totalWindowLength +=
      next < 0 ? appendToWindows(arrays, this.vectors, slot) : refreshWindows(arrays, this.vectors, slot);
  }

  #withdraw(kind: DocumentKind, key: number): void {
    const first = this.#slots[kind].get(key);
    if (first === undefined) return;
    this.#slots[kind].delete(key);
    if (rulesOf(kind).isSegmented) this.coverage.drop(key);
    const { sessions, columns } = this;
    const { arrays } = columns;
    const end = first + (arrays.passages[first] as number);
    const session = arrays.session[first] as number;
    const previous = arrays.previous[first] as number;
    const next = arrays.next[end - 1] as number;
    if (previous >= 0) arrays.next[previous] = next;
    if (next >= 0) arrays.previous[next] = previous;
    else sessions.last[session] = previous;
    if (sessions.last[session] === -1) sessions.live -= 1;
    const speaker = arrays.speaker[first] as number;
    if (speaker >= 0) this.speakers.remove(speaker);
    this.#languages.remove(arrays.language[first] as number);
    this.passageCount -= end - first;
    if (arrays.ground[first] === FOREIGN_GROUND) this.foreignCount -= end - first;
    for (let slot = first; slot < end; slot += 1) {
      const length = arrays.length[slot] as number;
      sessions.lengths[session] = (sessions.lengths[session] as number) - length;
      sessions.totalLength -= length;
      this.#totalWindowLength -= arrays.windowLength[slot] as number;
      arrays.key[slot] = -1;
      arrays.windowLength[slot] = 0;
      arrays.previous[slot] = -1;
      arrays.next[slot] = -1;
      this.vectors?.clear(slot);
    }
    this.model?.drop(first);
    for (const neighbour of [previous, next]) {
      if (neighbour >= 0) this.#totalWindowLength += refreshWindows(arrays, this.vectors, neighbour);
    }
  }
}
