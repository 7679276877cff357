import { ALONE, BLANK, Characters, DROPPED, EXPANDED, IN_WORD, UNSEEN } from './characters.ts';
import { PieceTree } from './piece-tree.ts';

/** Words of more characters than this are data, not language, and give no piece, as in BERT. */
const MAX_WORD_LENGTH = 100;
/** Pieces from here on are text; those before are `[PAD]`, `[UNK]`, `[CLS]` and the like, which no text contains. */
export const FIRST_TEXT_PIECE = 999;

const WORD_START = 1;
const CONTINUATION = 2;
const CONTINUATION_MARK = '##';

/** Room for the edges of the tree: a power of two, twice the 62,566 that MiniLM's vocabulary has. */
const EDGE_PLACES = 2 ** 17;

/**
 * BERT's uncased WordPiece: lower case, no accents, words split at blanks and punctuation, each word cut into the longest
 * pieces of the vocabulary from the left. One thing differs, and only where BERT would answer `[UNK]`, which says nothing
 * of a text: the unknown character alone is passed over, not the whole word that it sticks to ("great😀" keeps "great").
 *
 * One tokeniser serves one thread; it holds the buffers of the text at hand.
 */
export class WordPieces {
  /** Pieces of the vocabulary, `[UNK]` and the like included. */
  readonly size: number;
  readonly #characters = new Characters();
  readonly #tree = new PieceTree(EDGE_PLACES, CONTINUATION);
  readonly #word = new Uint16Array(MAX_WORD_LENGTH);
  #wordLength = 0;
  #pieces = new Uint16Array(256);
  #count = 0;

  /** @param vocabulary a piece a line, in the order of their ids; pieces that continue a word start with `##`. */
  constructor(vocabulary: string) {
    let id = 0;
    for (let start = 0; start < vocabulary.length; id += 1) {
      const newline = vocabulary.indexOf('\n', start);
      const end = newline < 0 ? vocabulary.length : newline;
      if (id >= FIRST_TEXT_PIECE) this.#learn(vocabulary, start, end, id);
      start = end + 1;
    }
    this.size = id;
  }

  #learn(vocabulary: string, start: number, end: number, id: number): void {
    const continues = end - start > 2 && vocabulary.startsWith(CONTINUATION_MARK, start);
    let node = continues ? CONTINUATION : WORD_START;
    for (let at = continues ? start + 2 : start; at < end; at += 1) {
      const codePoint = vocabulary.codePointAt(at) as number;
      if (codePoint > 0xffff) at += 1;
      node = this.#tree.grow(node, this.#characters.learn(codePoint));
    }
    this.#tree.end(node, id);
  }

  /**
   * The ids of the text's pieces in order, with repeats: a view that holds until the next call. Any text is fine; one
   * without a known character gives none.
   */
  read(text: string): Uint16Array {
    const { kinds, codes } = this.#characters;
    this.#count = 0;
    this.#wordLength = 0;
    for (let at = 0; at < text.length; at += 1) {
      let codePoint = text.charCodeAt(at);
      if (codePoint >= 0xd800 && codePoint < 0xdc00) {
        codePoint = text.codePointAt(at) as number;
        if (codePoint > 0xffff) at += 1;
      }
      let kind = kinds[codePoint] as number;
      if (kind === UNSEEN) kind = this.#characters.kind(codePoint);
      if (kind === EXPANDED) {
        for (const part of this.#characters.expansion(codePoint)) {
          this.#take(this.#characters.kind(part), codes[part] as number);
        }
      } else {
        this.#take(kind, codes[codePoint] as number);
      }
    }
    this.#endWord();
    return this.#pieces.subarray(0, this.#count);
  }

  #take(kind: number, code: number): void {
    if (kind === IN_WORD) {
      if (this.#wordLength < MAX_WORD_LENGTH) this.#word[this.#wordLength] = code;
      this.#wordLength += 1;
    } else if (kind === BLANK) {
      this.#endWord();
    } else if (kind === ALONE) {
      this.#endWord();
      this.#word[0] = code;
      this.#wordLength = 1;
      this.#endWord();
    } else if (kind !== DROPPED) {
      throw new Error(`There is no kind ${kind} of character.`);
    }
  }

  #endWord(): void {
    const length = this.#wordLength;
    this.#wordLength = 0;
    if (length === 0 || length > MAX_WORD_LENGTH) return;
    let start = 0;
    let root = WORD_START;
    while (start < length) {
      let piece = -1;
      let end = start;
      let node = root;
      for (let at = start; at < length; at += 1) {
        node = this.#tree.next(node, this.#word[at] as number);
        if (node === 0) break;
        const found = this.#tree.piece(node);
        if (found >= 0) {
          piece = found;
          end = at + 1;
        }
      }
      if (piece >= 0) {
        this.#push(piece);
        start = end;
        root = CONTINUATION;
      } else if (root === CONTINUATION) {
        root = WORD_START;
      } else {
        start += 1;
      }
    }
  }

  #push(piece: number): void {
    if (this.#count === this.#pieces.length) {
      const larger = new Uint16Array(this.#count * 2);
      larger.set(this.#pieces);
      this.#pieces = larger;
    }
    this.#pieces[this.#count] = piece;
    this.#count += 1;
  }
}
