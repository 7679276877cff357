import { type ChatMessage, chatLine, spokenLine, tokensOf } from './context-form.ts';
import type { Preference } from './preferences.ts';
import type { CountTokens } from './text-cut.ts';

/** Share of a block's tokens that preferences and instructions may take. */
const SHARE = 0.1;
const HEADING = 'Preferences and instructions:';
/** Chat messages stand under no heading: each says what it is. */
const CHAT_HEADING = '(Preference or instruction) ';

/** What the user prefers, as it stands at the top of a block. */
export interface PreferenceSection {
  readonly preferences: readonly Preference[];
  readonly context: string | readonly ChatMessage[];
  readonly tokens: number;
}

const write = (preferences: readonly Preference[], format: 'text' | 'messages'): string | ChatMessage[] =>
  format === 'text'
    ? [HEADING, ...preferences.map((item, i) => spokenLine(item, item.content, i + 1))].join('\n')
    : preferences.map((item) => chatLine(item, `${CHAT_HEADING}${item.content}`));

/**
 * As many preferences as have room, the first ones first. Null when none has: in a small block the heading alone would take
 * the room.
 */
export const preferenceSection = async (
  preferences: readonly Preference[],
  { maxTokens, format }: { readonly maxTokens: number; readonly format: 'text' | 'messages' },
  count: CountTokens,
): Promise<PreferenceSection | null> => {
  const most = Math.floor(maxTokens * SHARE);
  const [[heading = 0], ...costs] = await Promise.all([
    format === 'text' ? count([`${HEADING}\n`]) : [],
    ...preferences.map((item) => tokensOf(write([item], format), count)),
  ]);
  const chosen: Preference[] = [];
  let left = most - heading;
  for (const [i, item] of preferences.entries()) {
    // A line of text was counted with the heading, and ends with a break.
    const own = (costs[i] as number) - heading + (format === 'text' ? 1 : 0);
    if (own > left) continue;
    chosen.push(item);
    left -= own;
  }
  for (; chosen.length > 0; chosen.pop()) {
    const context = write(chosen, format);
    const tokens = await tokensOf(context, count);
    if (tokens <= most) return { preferences: chosen, context, tokens };
  }
  return null;
};

/** Those that do not stand in a block already. */
export const notShown = (preferences: readonly Preference[], texts: readonly string[]): Preference[] =>
  preferences.filter(({ content }) => !texts.some((text) => text.includes(content)));

/** A section and what stands below it, as one. */
export const below = (
  section: PreferenceSection['context'],
  rest: PreferenceSection['context'],
): PreferenceSection['context'] => {
  if (typeof section !== 'string') return [...section, ...(rest as readonly ChatMessage[])];
  return rest === '' ? section : `${section}\n\n${rest as string}`;
};
