/** Bits of a character's code, so that an edge is a whole number of 32 bits: 16,383 characters, 262,143 nodes. */
const CODE_BITS = 14;
const MOST_CODES = 2 ** CODE_BITS;
const MOST_NODES = 2 ** (32 - CODE_BITS);

/**
 * A vocabulary as trees of characters, the edges of all in one hash table with open addressing: from a node and a
 * character's code, from 1, to the next node. It is built in one pass without an allocation per piece, since every start
 * of a Worker waits for it. Nodes 1 to `roots` are the roots.
 */
export class PieceTree {
  readonly #edges;
  readonly #targets;
  readonly #pieces;
  readonly #shift;
  #nodes;

  /** @param places room in the hash table: a power of two, of which half is used at the most. */
  constructor(places: number, roots: number) {
    this.#edges = new Int32Array(places);
    this.#targets = new Int32Array(places);
    this.#pieces = new Int32Array(places).fill(-1);
    this.#shift = 32 - Math.log2(places);
    this.#nodes = roots;
  }

  /** Where the edge lies, or the free place where it belongs. */
  #place(edge: number): number {
    const last = this.#edges.length - 1;
    let place = Math.imul(edge, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const found = this.#edges[place] as number;
      if (found === edge || found === 0) return place;
      place = (place + 1) & last;
    }
  }

  /** The node behind a character, 0 when no piece goes on this way. */
  next(node: number, code: number): number {
    return this.#targets[this.#place((node << CODE_BITS) | code)] as number;
  }

  /** The same, making the node when there is none. Errors when the vocabulary is larger than its table. */
  grow(node: number, code: number): number {
    const edge = (node << CODE_BITS) | code;
    const place = this.#place(edge);
    if (this.#edges[place] !== edge) {
      this.#nodes += 1;
      if (this.#nodes > this.#edges.length / 2 || this.#nodes >= MOST_NODES || code >= MOST_CODES) {
        throw new Error('The vocabulary is larger than its table.');
      }
      this.#edges[place] = edge;
      this.#targets[place] = this.#nodes;
    }
    return this.#targets[place] as number;
  }

  /** The piece that ends at this node, -1 when none does. */
  piece(node: number): number {
    return this.#pieces[node] as number;
  }

  end(node: number, piece: number): void {
    this.#pieces[node] = piece;
  }
}
