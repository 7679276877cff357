import { PieceTree } from './piece-tree.ts';

/** Stands for the blank before a word, as in SentencePiece. */
export const WORD_MARK = '▁';
/** What a character is read as that parts words. */
const BLANK = 0x20;

/** Room for the edges of the tree: a power of two, more than twice the 110,000 of the vocabulary that ships. */
const EDGE_PLACES = 2 ** 18;
const ROOT = 1;
/** A longer run without a blank, as Chinese and Thai have it, is read in parts, so that no text needs more room. */
const MAX_WORD_LENGTH = 4096;
/** How much less likely than the rarest piece a character of no piece is, in powers of e, as in SentencePiece. */
const UNKNOWN_PENALTY = 10;
/**
 * Combining marks beyond thirty on one letter, the bound of Unicode's stream-safe text: to sort a long run of them, as
 * normalising does, takes time that grows with its square. The two halfwidth marks combine only once normalised.
 */
const SURPLUS_MARKS = /([\p{M}\uFF9E\uFF9F]{30})[\p{M}\uFF9E\uFF9F]+/gu;

const CODE_UNITS = 0x1_0000;
/** What `#codes` has for a character that is passed over, and for a blank; other codes count from 1, 0 is unknown. */
const DROPPED = CODE_UNITS - 1;
const PARTS = CODE_UNITS - 2;

/** The text as it is cut: compatibility form, lower case. */
const formOf = (text: string): string => text.replace(SURPLUS_MARKS, '$1').normalize('NFKC').toLowerCase();

export interface SentencePieceVocabulary {
  /** A piece a line, in the order of their ids; one that begins a word starts with `▁`. */
  readonly pieces: string;
  /** By piece: the logarithm of its share among pieces in running text. */
  readonly scores: Float32Array;
  /** UTF-16 units in pairs, one and what it is read as: simplified for traditional Chinese, a blank; 0 for nothing. */
  readonly readAs: Uint16Array;
}

/**
 * SentencePiece's unigram tokeniser: of all ways to cut a word into pieces the most likely, found by Viterbi's algorithm.
 * Words are parted by blanks alone, and no piece reaches over one. A character of no piece is passed over. The mark of a
 * word that is a piece by itself, before what is written without blanks, says nothing and is left out.
 *
 * Every step looks at no more characters than the longest piece has, so the time grows with the length of the text. One
 * tokeniser serves one thread; it holds the buffers of the text at hand.
 */
export class SentencePieces {
  readonly size: number;
  readonly #tree = new PieceTree(EDGE_PLACES, ROOT);
  readonly #codes = new Uint16Array(CODE_UNITS);
  readonly #scores: Float32Array;
  readonly #unknown: number;
  readonly #mark: number;
  readonly #markPiece: number;
  readonly #word = new Uint16Array(MAX_WORD_LENGTH);
  #wordLength = 0;
  /** By end in the word: the best score of a way there, its last piece and where that piece starts. */
  readonly #bestScores = new Float64Array(MAX_WORD_LENGTH + 1);
  readonly #bestPieces = new Int32Array(MAX_WORD_LENGTH + 1);
  readonly #bestStarts = new Int32Array(MAX_WORD_LENGTH + 1);
  #pieces = new Uint16Array(256);
  #count = 0;

  constructor({ pieces, scores, readAs }: SentencePieceVocabulary) {
    this.#scores = scores;
    this.#unknown = scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
    let alphabetSize = 0;
    let id = 0;
    for (let start = 0; start < pieces.length; id += 1) {
      const newline = pieces.indexOf('\n', start);
      const end = newline < 0 ? pieces.length : newline;
      let node = ROOT;
      for (let at = start; at < end; at += 1) {
        const unit = pieces.charCodeAt(at);
        if (this.#codes[unit] === 0) {
          alphabetSize += 1;
          this.#codes[unit] = alphabetSize;
        }
        node = this.#tree.grow(node, this.#codes[unit] as number);
      }
      this.#tree.end(node, id);
      start = end + 1;
    }
    this.size = id;
    this.#mark = this.#codes[WORD_MARK.charCodeAt(0)] as number;
    this.#markPiece = this.#tree.piece(this.#tree.next(ROOT, this.#mark));
    for (let pair = 0; pair < readAs.length; pair += 2) {
      const to = readAs[pair + 1] as number;
      const code = to === 0 ? DROPPED : to === BLANK ? PARTS : (this.#codes[to] as number);
      this.#codes[readAs[pair] as number] = code;
    }
  }

  /**
   * The ids of the text's pieces in order, with repeats: a view that holds until the next call. Any text is fine; one
   * without a known character gives none.
   */
  read(text: string): Uint16Array {
    const form = formOf(text);
    this.#count = 0;
    this.#startWord();
    for (let at = 0; at < form.length; at += 1) {
      const code = this.#codes[form.charCodeAt(at)] as number;
      if (code === DROPPED) continue;
      if (code === PARTS) {
        this.#endWord();
        this.#startWord();
        continue;
      }
      if (this.#wordLength === MAX_WORD_LENGTH) this.#endWord();
      this.#word[this.#wordLength] = code;
      this.#wordLength += 1;
    }
    this.#endWord();
    return this.#pieces.subarray(0, this.#count);
  }

  #startWord(): void {
    this.#word[0] = this.#mark;
    this.#wordLength = 1;
  }

  #endWord(): void {
    const length = this.#wordLength;
    this.#wordLength = 0;
    if (length === 1 && this.#word[0] === this.#mark) return;
    this.#findBestWay(length);
    this.#makeRoom(length);
    let count = 0;
    for (let end = length; end > 0; end = this.#bestStarts[end] as number) if (this.#says(end)) count += 1;
    let at = this.#count + count;
    for (let end = length; end > 0; end = this.#bestStarts[end] as number) {
      if (!this.#says(end)) continue;
      at -= 1;
      this.#pieces[at] = this.#bestPieces[end] as number;
    }
    this.#count += count;
  }

  /** Whether the last piece of the best way to this end is known, and more than the mark of a word. */
  #says(end: number): boolean {
    const piece = this.#bestPieces[end] as number;
    return piece >= 0 && piece !== this.#markPiece;
  }

  #findBestWay(length: number): void {
    const scores = this.#bestScores;
    scores[0] = 0;
    scores.fill(Number.NEGATIVE_INFINITY, 1, length + 1);
    for (let start = 0; start < length; start += 1) {
      const before = scores[start] as number;
      let node = ROOT;
      let isKnown = false;
      for (let at = start; at < length; at += 1) {
        node = this.#tree.next(node, this.#word[at] as number);
        if (node === 0) break;
        const piece = this.#tree.piece(node);
        if (piece < 0) continue;
        if (at === start) isKnown = true;
        this.#offer(start, at + 1, piece, before + (this.#scores[piece] as number));
      }
      if (!isKnown) this.#offer(start, start + 1, -1, before + this.#unknown);
    }
  }

  #offer(start: number, end: number, piece: number, score: number): void {
    if (score <= (this.#bestScores[end] as number)) return;
    this.#bestScores[end] = score;
    this.#bestPieces[end] = piece;
    this.#bestStarts[end] = start;
  }

  #makeRoom(count: number): void {
    if (this.#count + count <= this.#pieces.length) return;
    const larger = new Uint16Array(2 * (this.#count + count));
    larger.set(this.#pieces.subarray(0, this.#count));
    this.#pieces = larger;
  }
}
