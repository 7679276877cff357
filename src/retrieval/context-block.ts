import type { CorpusEntry } from '../contract/corpus.ts';
import { unitsOf } from '../text/units.ts';
import { arrange, type ChatMessage, type Form, formsOf, type Line, sectionOf, tokensOf } from './context-form.ts';
import { type Allotment, type Cost, LEAST_ROOM, planOf } from './context-plan.ts';
import { below, notShown, type PreferenceSection, preferenceSection } from './context-preferences.ts';
import { excerptText, MARK } from './excerpt-text.ts';
import type { Excerpt } from './excerpts.ts';
import type { Preference } from './preferences.ts';
import type { Found } from './search.ts';
import type { CountTokens } from './text-cut.ts';

export interface ContextRequest {
  readonly maxTokens: number;
  readonly format: 'text' | 'messages';
  /** The conversation that the block is for; null when it is for none. */
  readonly sessionId: string | null;
  /** Whether a block of nothing says so in words. */
  readonly saysNothing?: boolean;
}

export interface ContextBlock {
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
  /** What the block was made of, in its order. */
  readonly sources: readonly CorpusEntry[];
  /** Whether something that was found is left out or cut. */
  readonly truncated: boolean;
}

/** Lines that were written down and counted. */
interface Block {
  readonly form: Form;
  readonly lines: readonly Line[];
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
}

/** The blank line between preferences and what stands below. */
const TOKENS_BETWEEN = 2;

const NOTHING = 'Nothing is known about this.';

/** Share of the tokens that a block should use when there is enough to say. */
const ENOUGH = 0.95;
/** Share of a block that one heading may take while there is more to say. */
const HEADING_SHARE = 1 / 4;
/** How often a block is written anew with what it turned out to take. */
const TRIES = 3;

/** A content of which nobody said what is worth showing: from its beginning. */
const fromBeginning = (content: string): Excerpt => {
  const units = unitsOf(content);
  return {
    parts: units.map(({ from, end }, place) => ({ text: content.slice(from, end), place })),
    count: units.length,
  };
};

const isTooLong = ({ content, excerpt }: Found): boolean => content === '' && excerpt !== undefined;

/** What a line takes with a content that was counted by itself, about: each of its own lines is indented. Null when it was not. */
const wholeOf = ({ tokenCount, content }: Found, bare: number): number | null =>
  tokenCount === undefined ? null : bare + tokenCount + content.split('\n').length;

/** Whether what bears on the question is all of a content that has been counted. */
const isOnePart = ({ excerpt, content, tokenCount }: Found): boolean =>
  tokenCount !== undefined && excerpt?.parts[0]?.text.length === content.length;

/** Found items as blocks of one form. */
class Packer {
  readonly #found: readonly Found[];
  readonly #form: Form;
  readonly #maxTokens: number;
  readonly #count: CountTokens;
  #costs: readonly Cost[] = [];
  #headings: ReadonlyMap<string, number> = new Map();

  private constructor(found: readonly Found[], form: Form, maxTokens: number, count: CountTokens) {
    this.#found = found;
    this.#form = form;
    this.#maxTokens = maxTokens;
    this.#count = count;
  }

  static async open(found: readonly Found[], form: Form, maxTokens: number, count: CountTokens): Promise<Packer> {
    const packer = new Packer(found, form, maxTokens, count);
    await packer.#weigh();
    return packer;
  }

  /** The fullest block that fits; null when none does. @param last as in `planOf`. */
  async pack(last?: number): Promise<Block | null> {
    let plan: readonly Allotment[] = planOf(this.#costs, this.#headings, this.#maxTokens, last);
    let fullest: Block | null = null;
    for (let tries = 0; plan.length > 0; tries += 1) {
      const block = await this.#write(plan);
      const slack = this.#maxTokens - block.tokens;
      if (slack >= 0 && block.tokens > (fullest?.tokens ?? 0)) fullest = block;
      if (fullest && ((slack >= 0 && block.tokens >= this.enough) || tries >= TRIES)) break;
      const next = this.#corrected(plan, slack);
      if (!next) break;
      plan = next;
    }
    return fullest;
  }

  get enough(): number {
    return this.#maxTokens * ENOUGH;
  }

  /** What of a block's tokens is not headings, about. */
  contentTokens({ lines, tokens }: Block): number {
    const sections = new Set(lines.map(({ found }) => sectionOf(found)));
    return tokens - [...sections].reduce((sum, section) => sum + (this.#headings.get(section) ?? 0), 0);
  }

  /** Whether a heading leaves too little for what was said. */
  get isMostlyHeading(): boolean {
    const [first] = this.#costs;
    return first !== undefined && (this.#headings.get(first.section) ?? 0) > this.#maxTokens * HEADING_SHARE;
  }

  async #weigh(): Promise<void> {
    const { headingOf, piece, said, tokensPerLine } = this.#form;
    const headings = new Map(this.#found.map((item) => [sectionOf(item), headingOf(item)]));
    const named = [...headings].filter(([, heading]) => heading !== '');
    // What the background has counted is not counted again.
    const whole = this.#found.map((item) => (item.tokenCount === undefined ? piece(item, said(item.content)) : ''));
    const bare = this.#found.map((item) => piece(item, '').trimEnd());
    const parts = this.#found.map(
      (item) => `${MARK} ${isOnePart(item) ? '' : (item.excerpt?.parts[0]?.text ?? '')} ${MARK}`,
    );
    const counts = await this.#count([...whole, ...bare, ...parts, ...named.map(([, heading]) => `${heading}\n\n`)]);
    const of = (kind: number, i: number): number => counts[kind * this.#found.length + i] ?? 0;
    this.#costs = this.#found.map((item, i) => ({
      whole: (isTooLong(item) ? Number.POSITIVE_INFINITY : (wholeOf(item, of(1, i)) ?? of(0, i))) + tokensPerLine,
      bare: of(1, i) + tokensPerLine,
      part: of(2, i) + (isOnePart(item) ? (item.tokenCount ?? 0) : 0),
      section: sectionOf(item),
    }));
    this.#headings = new Map(named.map(([section], i) => [section, of(3, i)]));
  }

  async #write(plan: readonly Allotment[]): Promise<Block> {
    const lines = await Promise.all(plan.map((allotment) => this.#lineOf(allotment)));
    const there = lines.filter((line) => line !== null);
    const context = this.#form.render(there);
    return { form: this.#form, lines: there, context, tokens: await tokensOf(context, this.#count) };
  }

  async #lineOf({ rank, room }: Allotment): Promise<Line | null> {
    const found = this.#found[rank] as Found;
    if (room === null) return { found, text: this.#form.said(found.content), isCut: false };
    const text = await excerptText(found.excerpt ?? fromBeginning(found.content), room, this.#count);
    return text === null ? null : { found, text: this.#form.said(text), isCut: true };
  }

  /**
   * A plan put right by what it turned out to take: pieces do not add up to the token. The last that is cut takes more or
   * less; where that is not enough the least items are let go of. Null when nothing can be better.
   */
  #corrected(plan: readonly Allotment[], slack: number): readonly Allotment[] | null {
    const cut = plan.findLast(({ room }) => room !== null);
    const room = (cut?.room ?? 0) + slack;
    if (cut && room >= (slack < 0 ? LEAST_ROOM : 1)) {
      return plan.map((allotment) => (allotment === cut ? { ...cut, room } : allotment));
    }
    if (slack >= 0) return null;
    let [kept, freed] = [plan.length, 0];
    while (kept > 0 && freed < -slack) {
      kept -= 1;
      const { rank, room: own } = plan[kept] as Allotment;
      const { whole, bare } = this.#costs[rank] as Cost;
      freed += own === null ? whole : bare + own;
    }
    return plan.slice(0, kept);
  }
}

/** The best block of one form, and whether no other form is asked for more. */
const packed = async (packer: Packer, found: readonly Found[]): Promise<{ block: Block | null; isGood: boolean }> => {
  const block = await packer.pack();
  if (block && block.lines.length === found.length && block.lines.every(({ isCut }) => !isCut))
    return { block, isGood: true };
  if (packer.isMostlyHeading) return { block, isGood: false };
  if (block && block.tokens >= packer.enough) return { block, isGood: true };
  // The gap is too small for anything: the least of it makes room for the beginning of something longer.
  const last = block?.lines.at(-1);
  const other = last ? await packer.pack(found.indexOf(last.found)) : null;
  const fuller = other && other.tokens > (block?.tokens ?? 0) ? other : block;
  return { block: fuller, isGood: fuller !== null && fuller.tokens >= packer.enough };
};

/** What stands in a block without lines: the sentence that says so, where it is wanted and has room. */
const withoutLines = async (
  request: ContextRequest,
  count: CountTokens,
): Promise<Pick<Block, 'context' | 'tokens'>> => {
  const { format, maxTokens, saysNothing } = request;
  const context = format === 'text' ? NOTHING : [{ role: 'system', content: NOTHING }];
  const tokens = saysNothing ? await tokensOf(context, count) : Number.POSITIVE_INFINITY;
  return tokens <= maxTokens ? { context, tokens } : { context: format === 'text' ? '' : [], tokens: 0 };
};

/** The best block of any form; null when none has room. */
const bestBlock = async (
  found: readonly Found[],
  { maxTokens, format, sessionId }: ContextRequest,
  count: CountTokens,
): Promise<Block | null> => {
  let chosen: Block | null = null;
  let most = 0;
  for (const form of found.length > 0 ? formsOf(format, sessionId) : []) {
    const packer = await Packer.open(found, form, maxTokens, count);
    const { block, isGood } = await packed(packer, found);
    if (block && (isGood || packer.contentTokens(block) > most)) {
      chosen = block;
      most = packer.contentTokens(block);
    }
    if (isGood) break;
  }
  return chosen;
};

const textsOf = (block: Block | null): string[] => block?.lines.map(({ text }) => text) ?? [];

/**
 * What of the preferences is to stand above a block, which of the tokens is left for the block, and the block that those
 * make. Null when all that have room stand in it anyway.
 */
const withPreferences = async (
  preferences: readonly Preference[],
  found: readonly Found[],
  request: ContextRequest,
  count: CountTokens,
): Promise<{ section: PreferenceSection; block: Block | null } | null> => {
  const under = ({ tokens }: PreferenceSection) =>
    bestBlock(found, { ...request, maxTokens: request.maxTokens - tokens - TOKENS_BETWEEN }, count);
  const all = await preferenceSection(preferences, request, count);
  if (!all) return null;
  const beneath = await under(all);
  const missing = notShown(preferences, textsOf(beneath));
  if (missing.length === preferences.length) return { section: all, block: beneath };
  const section = await preferenceSection(missing, request, count);
  if (!section) return null;
  const block = await under(section);
  // With more room the block may have come to show one of them itself.
  const left = await preferenceSection(notShown(section.preferences, textsOf(block)), request, count);
  return left && { section: left, block };
};

/** Counts each text once, however often a block is written anew with other room. */
const countingOnce = (count: CountTokens): CountTokens => {
  const known = new Map<string, number>();
  return async (texts) => {
    const unknown = [...new Set(texts.filter((text) => !known.has(text)))];
    const counts = unknown.length > 0 ? await count(unknown) : [];
    for (const [i, text] of unknown.entries()) known.set(text, counts[i] ?? 0);
    return texts.map((text) => known.get(text) ?? 0);
  };
};

/**
 * A block ready for a prompt, out of ranked results: as many of the best as the tokens allow, in the order in which they
 * were said, with dates and numbered sources. Of a long content the passages stand there that bear on the question, so that
 * it leaves room for others; what is left over is filled with part of one more, so that what was paid for is used. In a
 * block so small that its headings would take the room, they are shortened, then left out.
 *
 * @param found ranked, the best first.
 * @param preferences what stands above them within a tenth of the tokens, the most telling first.
 */
export const buildContext = async (
  found: readonly Found[],
  request: ContextRequest,
  countTokens: CountTokens,
  preferences: readonly Preference[] = [],
): Promise<ContextBlock> => {
  const count = countingOnce(countTokens);
  const preferred = preferences.length > 0 ? await withPreferences(preferences, found, request, count) : null;
  const block = preferred ? preferred.block : await bestBlock(found, request, count);
  const lines = block?.lines ?? [];
  const said = arrange(lines)
    .flat()
    .map((line) => line.found);
  const truncated = lines.length < found.length || lines.some(({ isCut }) => isCut);
  const rest = block ?? (await withoutLines(found.length > 0 ? { ...request, saysNothing: false } : request, count));
  if (!preferred) return { context: rest.context, tokens: rest.tokens, sources: said, truncated };
  const { preferences: above, context: section } = preferred.section;
  const context = below(section, block ? block.form.render(lines, above.length) : rest.context);
  return { context, tokens: await tokensOf(context, count), sources: [...above, ...said], truncated };
};
