import { oneLine } from '../text/one-line.ts';
import { type ChatMessage, tokensOf } from './context-form.ts';
import { below } from './context-preferences.ts';
import type { CountTokens } from './text-cut.ts';

/** Share of a block's tokens that what holds about the user may take. */
const SHARE = 0.1;
/** The blank line between it and what stands below. */
const TOKENS_BETWEEN = 2;

type Context = string | readonly ChatMessage[];

/** What holds about the user, as it opens a block. */
export interface StandingSection {
  readonly context: Context;
  /** Of the tokens of the block what it takes, with what parts it from the rest. */
  readonly tokens: number;
}

const write = (name: string, lines: readonly string[], format: 'text' | 'messages'): Context => {
  const text = [`What holds about ${oneLine(name)}:`, ...lines.map((line) => `- ${oneLine(line)}`)].join('\n');
  return format === 'text' ? text : [{ role: 'system', content: text }];
};

/**
 * As many of the lines as have room, the first ones first; null when none has. The same lines give the same text whatever is asked,
 * so that a prompt that begins with it is read from a cache.
 */
export const standingSection = async (
  lines: readonly string[],
  {
    name,
    maxTokens,
    format,
  }: { readonly name: string; readonly maxTokens: number; readonly format: 'text' | 'messages' },
  count: CountTokens,
): Promise<StandingSection | null> => {
  const most = Math.floor(maxTokens * SHARE) - TOKENS_BETWEEN;
  const [heading, costs] = await Promise.all([
    tokensOf(write(name, [], format), count),
    count(lines.map((line) => `- ${line}\n`)),
  ]);
  let room = most - heading;
  const chosen = lines.filter((_, i) => {
    const cost = costs[i] ?? 0;
    if (cost > room) return false;
    room -= cost;
    return true;
  });
  for (; chosen.length > 0; chosen.pop()) {
    const context = write(name, chosen, format);
    const tokens = await tokensOf(context, count);
    if (tokens <= most) return { context, tokens: tokens + TOKENS_BETWEEN };
  }
  return null;
};

/** A block that opens with a section. */
export const opening = <B extends { readonly context: Context; readonly tokens: number }>(
  section: StandingSection | null,
  block: B,
): B =>
  section === null
    ? block
    : { ...block, context: below(section.context, block.context), tokens: block.tokens + section.tokens };
