import { arrange, type ChatMessage, type Form, formsOf, groupOf, type Line, tokensOf } from './context-form.ts';
import type { Found } from './search.ts';
import { type CountTokens, cutText } from './text-cut.ts';

export interface ContextRequest {
  readonly maxTokens: number;
  readonly format: 'text' | 'messages';
  /** The conversation that the block is for; null when it is for none. */
  readonly sessionId: string | null;
}

export interface ContextBlock {
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
  /** What the block was made of, in its order. */
  readonly sources: readonly Found[];
  /** Whether something that was found is left out or cut. */
  readonly truncated: boolean;
}

/** Lines that were chosen, written down and counted. */
interface Weighed {
  readonly lines: readonly Line[];
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
}

interface Packed extends Weighed {
  /** What of the tokens is not headings, about. */
  readonly contentTokens: number;
  /** Whether no other form is asked for more: nothing is left out, or the room is used and not by headings. */
  readonly isGood: boolean;
}

/** Share of the tokens that a block should use when there is enough to say. */
const ENOUGH = 0.95;
/** Share of a block that one heading may take while there is more to say. */
const HEADING_SHARE = 1 / 4;
/** What the content of a cut text must at least have room for. */
const LEAST_CUT_TOKENS = 5;
/** Line breaks that are counted with a line and its heading, and are none at the end of the block. */
const BREAKS = 2;
/** Left-out items that are tried for what fills the rest, and how often each is cut anew. */
const FILLERS = 4;
const TRIES = 3;

/** Packs found items, at least one, into a block of one form. */
const pack = async (found: readonly Found[], form: Form, maxTokens: number, count: CountTokens): Promise<Packed> => {
  const headings = new Map(found.map((item) => [groupOf(item), form.headingOf(item)]));
  const named = [...headings].filter(([, heading]) => heading !== '');
  const texts = found.map((item) => form.piece(item, form.said(item.content)));
  const bare = found.map((item) => form.piece(item, '').trimEnd());
  const counts = await count([...texts, ...bare, ...named.map(([, heading]) => `${heading}\n\n`)]);
  const headingCost = new Map(named.map(([group], i) => [group, counts[2 * found.length + i] ?? 0]));
  const enough = maxTokens * ENOUGH;

  const beside = (item: Found, opened: ReadonlySet<string>): number =>
    form.tokensPerLine + (opened.has(groupOf(item)) ? 0 : (headingCost.get(groupOf(item)) ?? 0));
  const lineOf = (rank: number, cut: string | null = null): Line => {
    const item = found[rank] as Found;
    return { found: item, rank, text: cut ?? form.said(item.content), isCut: cut !== null };
  };
  const weigh = async (lines: readonly Line[]): Promise<Weighed> => {
    const context = form.render(lines);
    return { lines, context, tokens: await tokensOf(context, count) };
  };

  /** As many of the best as fit whole. */
  const best = async (): Promise<Weighed> => {
    const opened = new Set<string>();
    let left = maxTokens;
    const lines = found.flatMap((item, rank) => {
      const cost = (counts[rank] ?? 0) + beside(item, opened);
      if (cost > left) return [];
      left -= cost;
      opened.add(groupOf(item));
      return [lineOf(rank)];
    });
    // Pieces do not add up to the token, so the whole is counted, and the least of it let go while it is too much.
    for (;;) {
      const packed = await weigh(lines);
      if (packed.tokens <= maxTokens || lines.length === 0) return packed;
      lines.pop();
    }
  };

  /** Beside what is packed, one item cut to the room, which is put right by what the whole turned out to take. */
  const withCut = async ({ lines }: Weighed, rank: number, room: number): Promise<Weighed | null> => {
    const whole = form.said((found[rank] as Found).content);
    let fullest: Weighed | null = null;
    let cut: string | null = null;
    let space = room;
    for (let tries = 0; tries < TRIES && space >= LEAST_CUT_TOKENS; tries += 1) {
      const next = await cutText(whole, space, count);
      if (next === null || next === cut) break;
      cut = next;
      const packed = await weigh([...lines, lineOf(rank, cut)]);
      const slack = maxTokens - packed.tokens;
      if (slack >= 0 && packed.tokens > (fullest?.tokens ?? 0)) fullest = packed;
      if (slack >= 0 && packed.tokens >= enough) break;
      space += slack;
    }
    return fullest;
  };

  /** With one item more in what is left, whole or cut: the best of those that use it up, or the one that uses most. */
  const filled = async (packed: Weighed, excepted?: number): Promise<Weighed | null> => {
    const taken = new Set([...packed.lines.map(({ rank }) => rank), excepted]);
    const opened = new Set(packed.lines.map((line) => groupOf(line.found)));
    const leftOut = [...found.keys()].filter((rank) => !taken.has(rank));
    const total = (rank: number) => packed.tokens + beside(found[rank] as Found, opened) + (counts[rank] ?? 0);
    const { long = [], short = [] } = Object.groupBy(leftOut, (rank) => (total(rank) >= enough ? 'long' : 'short'));
    let fullest: Weighed | null = null;
    for (const rank of [...long, ...short].slice(0, FILLERS)) {
      const left = maxTokens - total(rank) + (counts[rank] ?? 0) - (counts[found.length + rank] ?? 0);
      const whole = total(rank) <= maxTokens + BREAKS ? await weigh([...packed.lines, lineOf(rank)]) : null;
      const next = whole && whole.tokens <= maxTokens ? whole : await withCut(packed, rank, left);
      if (next && next.tokens > (fullest?.tokens ?? 0)) fullest = next;
      if (fullest && fullest.tokens >= enough) break;
    }
    return fullest;
  };

  const done = (packed: Weighed, isGood: boolean): Packed => {
    const groups = new Set(packed.lines.map((line) => groupOf(line.found)));
    const headingTokens = [...groups].reduce((sum, group) => sum + (headingCost.get(group) ?? 0), 0);
    return { ...packed, contentTokens: packed.tokens - headingTokens, isGood };
  };

  const whole = await best();
  if (whole.lines.length === found.length) return done(whole, true);
  if ((headingCost.get(groupOf(found[0] as Found)) ?? 0) > maxTokens * HEADING_SHARE) return done(whole, false);
  const more = (await filled(whole)) ?? whole;
  const last = whole.lines.at(-1);
  if (more.tokens >= enough || !last) return done(more, more.tokens >= enough);
  // The gap is too small for anything: the least of it makes room for the beginning of something longer.
  const other = await filled(await weigh(whole.lines.slice(0, -1)), last.rank);
  const fuller = other && other.tokens > more.tokens ? other : more;
  return done(fuller, fuller.tokens >= enough);
};

/**
 * A block ready for a prompt, out of ranked results: as many of the best as the tokens allow, the conversations with the
 * best first, the turns of each in time order, with dates and numbered sources. What is left is filled with the beginning
 * of one that does not fit, so that what was paid for is used. In a block so small that its headings would take the room,
 * they are shortened, then left out.
 *
 * @param found ranked, the best first.
 */
export const buildContext = async (
  found: readonly Found[],
  { maxTokens, format, sessionId }: ContextRequest,
  count: CountTokens,
): Promise<ContextBlock> => {
  let chosen: Packed | null = null;
  for (const form of found.length > 0 ? formsOf(format, sessionId) : []) {
    const packed = await pack(found, form, maxTokens, count);
    if (packed.isGood || packed.contentTokens > (chosen?.contentTokens ?? 0)) chosen = packed;
    if (packed.isGood) break;
  }
  if (!chosen) return { context: format === 'text' ? '' : [], tokens: 0, sources: [], truncated: found.length > 0 };
  const { lines, context, tokens } = chosen;
  const sources = arrange(lines)
    .flat()
    .map((line) => line.found);
  return { context, tokens, sources, truncated: lines.length < found.length || lines.some(({ isCut }) => isCut) };
};
