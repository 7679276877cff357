import type { CorpusDocument } from '../../../src/contract/corpus.ts';
import type { Ground, Meaning } from '../../../src/retrieval/index/meaning.ts';
import { languageOf } from '../../../src/text/languages.ts';
import { spokenText } from '../../../src/text/speaker.ts';
import { type AskedWord, termsIn } from '../../../src/text/terms.ts';
import { nameOf } from './histories.ts';

/** Numbers by the names of documents. */
export type ByName = Map<string, number>;

/**
 * A memory worked out from its documents each time it is asked, in the plainest way there is: what the index, which keeps
 * everything up to date as it goes, must agree with. Its documents are short: each is one passage.
 */
export class PlainMemory {
  readonly documents: readonly CorpusDocument[];

  constructor(documents: readonly CorpusDocument[]) {
    this.documents = documents;
  }

  terms(document: CorpusDocument): string[] {
    const { name, content } = document;
    return [...(name === null ? [] : termsIn(`${name}: `, null)), ...termsIn(content, languageOf(content))];
  }

  /** The turns of a document's session in their order; knowledge is alone. */
  session(document: CorpusDocument): CorpusDocument[] {
    if (document.sessionKey === null) return [document];
    return this.documents
      .filter(({ sessionKey }) => sessionKey === document.sessionKey)
      .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  }

  /** The turns of a session up to `reach` places from a document, in their order. */
  window(document: CorpusDocument, reach: number): CorpusDocument[] {
    const turns = this.session(document);
    const at = turns.indexOf(document);
    return turns.slice(Math.max(0, at - reach), at + reach + 1);
  }

  before(document: CorpusDocument): CorpusDocument | undefined {
    const turns = this.session(document);
    return turns[turns.indexOf(document) - 1];
  }

  after(document: CorpusDocument): CorpusDocument | undefined {
    const turns = this.session(document);
    return turns[turns.indexOf(document) + 1];
  }

  /** How many terms stand in a document and two turns to each side. */
  windowLength(document: CorpusDocument): number {
    return this.around(document, 2).length;
  }

  averageWindowLength(): number {
    return mean(this.documents.map((document) => this.windowLength(document)));
  }

  /** The terms of a document and `reach` turns to each side. */
  around(document: CorpusDocument, reach: number): string[] {
    return this.window(document, reach).flatMap((turn) => this.terms(turn));
  }

  idf(word: AskedWord): number {
    const holders = this.documents.filter((document) => countOf(this.terms(document), word) > 0);
    return idf(this.documents.length, holders.length);
  }

  /** What all words of a question would tell, half of it for those that nobody used. */
  total(question: readonly AskedWord[]): number {
    const isUsed = (word: AskedWord) => this.documents.some((document) => countOf(this.terms(document), word) > 0);
    return sum(question.map((word) => (isUsed(word) ? 1 : 0.5) * this.idf(word)));
  }

  /** BM25 of the windows of some turns to each side, as a share. */
  words(question: readonly AskedWord[], reach = 2): ByName {
    const average = mean(this.documents.map((document) => this.around(document, reach).length));
    return this.#each((document) => {
      const window = this.around(document, reach);
      return sum(question.map((word) => this.idf(word) * bm25(countOf(window, word), window.length, average)));
    }, this.total(question));
  }

  /** BM25 of whole sessions, as a share. */
  sessions(question: readonly AskedWord[]): ByName {
    const texts = new Map<string, string[]>();
    for (const document of this.documents) {
      const name = this.session(document).map(nameOf).join();
      texts.set(
        name,
        this.session(document).flatMap((turn) => this.terms(turn)),
      );
    }
    const all = [...texts.values()];
    const average = mean(all.map(({ length }) => length));
    return this.#each((document) => {
      const text = texts.get(this.session(document).map(nameOf).join()) ?? [];
      return sum(
        question.map((word) => {
          const holders = all.filter((other) => countOf(other, word) > 0).length;
          return idf(all.length, holders) * bm25(countOf(text, word), text.length, average);
        }),
      );
    }, this.total(question));
  }

  /** The share of a question's word pieces that stands in each document, or of those near to them. */
  softWords(question: string, meaning: Meaning): ByName {
    const groundOf = (each: CorpusDocument) => meaning.groundOf(each.content);
    const own = new Map(
      this.documents.map((each) => [each, meaning.read(spokenText(each.name, each.content), groundOf(each)).pieces]),
    );
    const grounds = new Set(this.documents.map(groundOf));
    const asked = [...new Set([...grounds].flatMap((ground) => [...meaning.read(question, ground).pieces]))].map(
      (piece) => {
        const holders = this.documents.filter((each) => own.get(each)?.has(piece)).length;
        return { ...meaning.expand(piece), weight: idf(this.documents.length, holders) };
      },
    );
    const bestOf = (document: CorpusDocument, near: readonly (readonly [number, number])[]): number =>
      Math.max(0, ...near.filter(([piece]) => own.get(document)?.has(piece)).map(([, cosine]) => cosine));
    // The share of the pieces of each model by itself.
    const shareOf = (document: CorpusDocument, ground: Ground): number => {
      const pieces = asked.filter((piece) => piece.ground === ground);
      const total = sum(pieces.map(({ weight }) => weight));
      return total === 0 ? 0 : sum(pieces.map(({ near, weight }) => weight * bestOf(document, near))) / total;
    };
    return this.#each((document) => shareOf(document, 0) + shareOf(document, 1), 1);
  }

  /** The cosine of a direction with the sum of the vectors of each document's window. */
  cosines(direction: readonly number[], reach: number, vectorOf: (document: CorpusDocument) => number[]): ByName {
    return this.#each((document) => {
      const added = sumOfVectors(this.window(document, reach).map(vectorOf));
      const norm = Math.sqrt(dot(added, added));
      return norm < 1e-6 ? 0 : dot(added, direction) / norm;
    }, 1);
  }

  #each(found: (document: CorpusDocument) => number, total: number): ByName {
    return new Map(this.documents.map((document) => [nameOf(document), total === 0 ? 0 : found(document) / total]));
  }
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, k) => x * (b[k] ?? 0)));

export const sumOfVectors = ([first = [], ...rest]: readonly number[][]): number[] =>
  first.map((x, k) => x + sum(rest.map((vector) => vector[k] ?? 0)));

/** A vector among those of both models: those of one say nothing of those of the other. */
export const onGround = (ground: number, components: readonly number[]): number[] => {
  const nothing = components.map(() => 0);
  return ground === 0 ? [...components, ...nothing] : [...nothing, ...components];
};

const mean = (values: readonly number[]): number => sum(values) / (values.length || 1);

const countOf = (text: readonly string[], { terms }: AskedWord): number =>
  text.filter((term) => terms.includes(term)).length;

const idf = (size: number, holders: number): number => Math.log(1 + (size - holders + 0.5) / (holders + 0.5));

const bm25 = (count: number, length: number, average: number): number =>
  count === 0 ? 0 : (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / average));
