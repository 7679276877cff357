import type { Found } from './search.ts';
import type { CountTokens } from './text-cut.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
}

/** One found item as it stands in a block. */
export interface Line {
  readonly found: Found;
  /** Its place in the ranking. */
  readonly rank: number;
  /** Its content, or the beginning of it. */
  readonly text: string;
  readonly isCut: boolean;
}

/** How a block says when and where its lines were said: in full, by the day alone, not at all. */
type Headings = 'full' | 'days' | 'none';

/** One way to write a block down. */
export interface Form {
  /** What opens the conversation of an item; empty for nothing. */
  readonly headingOf: (item: Found) => string;
  /** Tokens that a line takes beside its piece. */
  readonly tokensPerLine: number;
  /** The content as it will stand there. */
  readonly said: (content: string) => string;
  /** A line as it is counted by itself. */
  readonly piece: (item: Found, said: string) => string;
  readonly render: (lines: readonly Line[]) => string | ChatMessage[];
}

/** A chat message costs a few tokens beside its content in every model's template. */
const TOKENS_PER_CHAT_MESSAGE = 4;
/** Stands for the number of a line while it is not known; numbers to 999 are one token. */
const SOME_NUMBER = 99;
const KNOWN = 'Known';

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const groupOf = ({ session }: Found): string => session?.id ?? KNOWN;

/** Sessions by their best item; turns of a session in the order in which they were said. */
export const arrange = (lines: readonly Line[]): Line[][] => {
  const groups = Map.groupBy(lines, ({ found }) => groupOf(found));
  const best = (group: readonly Line[]): number => Math.min(...group.map(({ rank }) => rank));
  return [...groups.values()]
    .sort((a, b) => best(a) - best(b))
    .map((group) => group.toSorted((a, b) => a.found.createdAt - b.found.createdAt || a.rank - b.rank));
};

const textLine = ({ name, role }: Found, said: string, number: number): string => {
  const speaker = name ?? role ?? '';
  return speaker === '' ? `[${number}] ${said}` : `[${number}] ${speaker}: ${said}`;
};

/** What readers take for the end of a line, the form feed and Unicode's separators among it. */
const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/;

/** The lines of a content behind its first are indented, so that none looks like a line of the block. */
const indented = (content: string): string =>
  content
    .split(LINE_END)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n  ');

const textForm = (headings: Headings, sessionId: string | null): Form => {
  const headingOf = ({ session, createdAt }: Found): string => {
    if (headings === 'none') return '';
    if (!session) return `${KNOWN}:`;
    if (headings === 'days') return `${dayOf(createdAt)}:`;
    const which = session.id === sessionId ? 'this conversation' : `conversation "${session.name}"`;
    return `${dayOf(createdAt)}, ${which}:`;
  };
  return {
    headingOf,
    tokensPerLine: 0,
    said: indented,
    piece: (item, said) => `${textLine(item, said, SOME_NUMBER)}\n`,
    render: (lines) => {
      let number = 0;
      const blocks = arrange(lines).map((group) => {
        const heading = headingOf((group[0] as Line).found);
        const written = group.map(({ found, text }) => {
          number += 1;
          return textLine(found, text, number);
        });
        return [...(heading === '' ? [] : [heading]), ...written].join('\n');
      });
      return blocks.join('\n\n');
    },
  };
};

const messagesForm = (headings: Headings): Form => {
  const piece = ({ createdAt }: Found, said: string): string =>
    headings === 'none' ? said : `(${dayOf(createdAt)}) ${said}`;
  return {
    headingOf: () => '',
    tokensPerLine: TOKENS_PER_CHAT_MESSAGE,
    said: (content) => content,
    piece,
    render: (lines) =>
      arrange(lines)
        .flat()
        .map(({ found, text }): ChatMessage => {
          const content = piece(found, text);
          if (found.kind === 'knowledge') return { role: 'system', content };
          return { role: found.role ?? 'user', content, ...(found.name !== null && { name: found.name }) };
        }),
  };
};

/**
 * The ways to write a block, the one that says most first.
 *
 * @param sessionId the conversation that the block is for; null when it is for none.
 */
export const formsOf = (format: 'text' | 'messages', sessionId: string | null): Form[] =>
  format === 'text'
    ? (['full', 'days', 'none'] as const).map((headings) => textForm(headings, sessionId))
    : (['days', 'none'] as const).map(messagesForm);

/** Tokens of what a form rendered. */
export const tokensOf = async (context: string | readonly ChatMessage[], count: CountTokens): Promise<number> => {
  if (typeof context === 'string') return (await count([context]))[0] ?? 0;
  const counts = await count(context.map(({ content }) => content));
  return counts.reduce((sum, tokens) => sum + tokens + TOKENS_PER_CHAT_MESSAGE, 0);
};
