/** What a found item would take of a block, in tokens. */
export interface Cost {
  /** Its whole line; infinite when it is too long to be counted. */
  readonly whole: number;
  /** The line without what is said. */
  readonly bare: number;
  /** The most telling part of what is said. */
  readonly part: number;
  /** What stands under one heading. */
  readonly section: string;
}

/** An item of a block, by its place in the ranking. */
export interface Allotment {
  readonly rank: number;
  /** Tokens for what is said of it; null when its whole line has room. */
  readonly room: number | null;
}

/**
 * The most of a block that one item may take while there are others, so that a long one leaves room for them; and to show
 * its most telling part.
 */
const SHARE = 1 / 3;
const SHARE_OF_PART = 2 / 3;
/** A line so short is no long one, however small the block. */
const SHORT = 32;
/** What is said of a cut item must at least have that room. */
export const LEAST_ROOM = 5;

/** Space of a block that is being given away: headings count once. */
class Space {
  readonly #headings: ReadonlyMap<string, number>;
  readonly #opened = new Set<string>();
  left: number;

  constructor(tokens: number, headings: ReadonlyMap<string, number>) {
    this.left = tokens;
    this.#headings = headings;
  }

  /** What an item takes beside its line. */
  beside(section: string): number {
    return this.#opened.has(section) ? 0 : (this.#headings.get(section) ?? 0);
  }

  /** Takes room for a line. False, and nothing is taken, when there is too little. */
  take(section: string, tokens: number): boolean {
    const all = tokens + this.beside(section);
    if (all > this.left) return false;
    this.left -= all;
    this.#opened.add(section);
    return true;
  }
}

/**
 * Gives the tokens of a block away: each item its whole line or, of a long one, a third of the block or what its most telling
 * part takes, the best first, those that find no room left out. What is left goes to those that are cut, the best first; when none is, to one more that is cut
 * to it.
 *
 * @param costs in the order of the ranking.
 * @param headings what the heading of each section takes.
 * @param last an item that is left out together with those behind it, so that something longer than it takes the room.
 */
export const planOf = (
  costs: readonly Cost[],
  headings: ReadonlyMap<string, number>,
  tokens: number,
  last = costs.length,
): Allotment[] => {
  const space = new Space(tokens, headings);
  const share = Math.max(SHORT, Math.floor(tokens * SHARE));
  const shareOfPart = Math.floor(tokens * SHARE_OF_PART);
  const given = new Map<number, number>();
  for (const [rank, { whole, bare, part, section }] of costs.slice(0, last).entries()) {
    const wanted = Math.min(whole, Math.max(share, bare + LEAST_ROOM, Math.min(bare + part, shareOfPart)));
    if (space.take(section, wanted)) given.set(rank, wanted);
  }
  const isCut = (rank: number): boolean => (given.get(rank) as number) < (costs[rank] as Cost).whole;
  for (const rank of given.keys()) {
    const more = Math.min(space.left, (costs[rank] as Cost).whole - (given.get(rank) as number));
    space.left -= more;
    given.set(rank, (given.get(rank) as number) + more);
  }
  if (space.left > 0 && ![...given.keys()].some(isCut)) {
    let [filler, most] = [-1, 0];
    for (const [rank, { whole, bare, section }] of costs.entries()) {
      const left = space.left - space.beside(section);
      const taken = Math.min(whole, left);
      if (rank === last || given.has(rank) || bare + LEAST_ROOM > left || taken <= most) continue;
      [filler, most] = [rank, taken];
    }
    if (filler >= 0) given.set(filler, most);
  }
  return [...given.keys()]
    .sort((a, b) => a - b)
    .map((rank) => ({ rank, room: isCut(rank) ? (given.get(rank) as number) - (costs[rank] as Cost).bare : null }));
};
