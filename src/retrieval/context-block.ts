import type { Found } from './search.ts';

/** Counts tokens as the language model does, a number for each text. */
export type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>;

export interface ContextRequest {
  readonly maxTokens: number;
  readonly format: 'text' | 'messages';
  /** The conversation that the block is for; null when it is for none. */
  readonly sessionId: string | null;
}

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
}

export interface ContextBlock {
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
  /** What the block was made of, in its order. */
  readonly sources: readonly Found[];
  /** Whether something that was found is left out or cut. */
  readonly truncated: boolean;
}

/** One found item as it stands in the block. */
interface Line {
  readonly found: Found;
  /** Its place in the ranking. */
  readonly rank: number;
  readonly text: string;
}

/** Lengths tried at once when one text is cut to what is left. */
const CUTS = 24;
/** What a cut text must at least be worth. */
const LEAST_CUT_TOKENS = 12;
/** A chat message costs a few tokens beside its content in every model's template. */
const TOKENS_PER_CHAT_MESSAGE = 4;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const KNOWN = 'Known';

const groupOf = ({ session }: Found): string => session?.id ?? KNOWN;

const headingOf = (first: Found, sessionId: string | null): string => {
  const { session, createdAt } = first;
  if (!session) return `${KNOWN}:`;
  const which = session.id === sessionId ? 'this conversation' : `conversation "${session.name}"`;
  return `${dayOf(createdAt)}, ${which}:`;
};

const speakerOf = ({ name, role }: Found): string => name ?? role ?? '';

const textOf = (found: Found, content: string, number: number): string => {
  const said = content.replaceAll(/\s*\n\s*/g, '\n  ').trim();
  const speaker = speakerOf(found);
  return speaker === '' ? `[${number}] ${said}` : `[${number}] ${speaker}: ${said}`;
};

/** Sessions by their best item; turns of a session in the order in which they were said. */
const arrange = (lines: readonly Line[]): Line[][] => {
  const groups = Map.groupBy(lines, ({ found }) => groupOf(found));
  const best = (group: readonly Line[]): number => Math.min(...group.map(({ rank }) => rank));
  return [...groups.values()]
    .sort((a, b) => best(a) - best(b))
    .map((group) => group.toSorted((a, b) => a.found.createdAt - b.found.createdAt || a.rank - b.rank));
};

const asText = (groups: readonly Line[][], sessionId: string | null): string => {
  let number = 0;
  const blocks = groups.map((group) => {
    const heading = headingOf((group[0] as Line).found, sessionId);
    const lines = group.map(({ found, text }) => {
      number += 1;
      return textOf(found, text, number);
    });
    return [heading, ...lines].join('\n');
  });
  return blocks.join('\n\n');
};

const asMessages = (groups: readonly Line[][]): ChatMessage[] =>
  groups.flat().map(({ found, text }): ChatMessage => {
    const content = `(${dayOf(found.createdAt)}) ${text}`;
    if (found.kind === 'knowledge') return { role: 'system', content };
    return { role: found.role ?? 'user', content, ...(found.name !== null && { name: found.name }) };
  });

/**
 * A block ready for a prompt, out of ranked results: as many of the best as the tokens allow, the conversations with the
 * best first, the turns of each in time order, with dates and numbered sources. The last that does not fit is cut to what
 * is left, so that what was paid for is used.
 *
 * @param found ranked, the best first.
 */
export const buildContext = async (
  found: readonly Found[],
  { maxTokens, format, sessionId }: ContextRequest,
  count: CountTokens,
): Promise<ContextBlock> => {
  const render = (lines: readonly Line[]) => {
    const groups = arrange(lines);
    return format === 'text' ? asText(groups, sessionId) : asMessages(groups);
  };
  const costOf = async (context: ReturnType<typeof render>): Promise<number> => {
    if (typeof context === 'string') return (await count([context]))[0] ?? 0;
    const counts = await count(context.map(({ content }) => content));
    return counts.reduce((sum, tokens) => sum + tokens + TOKENS_PER_CHAT_MESSAGE, 0);
  };
  const piece = (item: Found, text: string): string =>
    format === 'text' ? `${textOf(item, text, found.length)}\n` : `(${dayOf(item.createdAt)}) ${text}`;

  const headings = new Map(found.map((item) => [groupOf(item), `${headingOf(item, sessionId)}\n\n`]));
  const counts = await count([...found.map((item) => piece(item, item.content)), ...headings.values()]);
  const headingCost = new Map([...headings.keys()].map((group, i) => [group, counts[found.length + i] ?? 0]));
  const extra = (group: string, opened: ReadonlySet<string>): number => {
    if (format === 'messages') return TOKENS_PER_CHAT_MESSAGE;
    return opened.has(group) ? 0 : (headingCost.get(group) ?? 0);
  };

  const chosen: Line[] = [];
  const opened = new Set<string>();
  const leftOut: Line[] = [];
  let left = maxTokens;
  found.forEach((item, rank) => {
    const line = { found: item, rank, text: item.content };
    const cost = (counts[rank] ?? 0) + extra(groupOf(item), opened);
    if (cost > left) {
      leftOut.push(line);
      return;
    }
    chosen.push(line);
    opened.add(groupOf(item));
    left -= cost;
  });

  // The best of those that do not fit, cut at the last blank before what is left.
  const [next] = leftOut;
  const room = next ? left - extra(groupOf(next.found), opened) : 0;
  if (next && room >= LEAST_CUT_TOKENS) {
    const cuts = Array.from({ length: CUTS }, (_, i) => {
      const part = next.text.slice(0, Math.floor((next.text.length * (i + 1)) / (CUTS + 1)));
      return `${part.slice(0, Math.max(part.lastIndexOf(' '), part.length - 40)).trimEnd()} …`;
    });
    const costs = await count(cuts.map((text) => piece(next.found, text)));
    const longest = cuts.findLast((_, i) => (costs[i] ?? 0) <= room);
    if (longest) chosen.push({ ...next, text: longest });
  }

  // Pieces do not add up to the token, so the whole is counted, and the least of it let go while it is too much.
  const kept = chosen.toSorted((a, b) => a.rank - b.rank);
  for (;;) {
    const context = render(kept);
    const tokens = await costOf(context);
    if (tokens <= maxTokens || kept.length === 0) {
      const sources = arrange(kept)
        .flat()
        .map(({ found: source }) => source);
      const isCut = kept.some(({ found: source, text }) => text !== source.content);
      return { context, tokens, sources, truncated: kept.length < found.length || isCut };
    }
    kept.pop();
  }
};
