import type { CorpusEntry } from '../contract/corpus.ts';
import { rulesOf } from '../contract/documents.ts';
import { oneLine } from '../text/one-line.ts';
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
  /** Its content, or the passages of it that are shown. */
  readonly text: string;
  readonly isCut: boolean;
}

/** How a block says when and where its lines were said: in full, by the day alone, not at all. */
type Headings = 'full' | 'days' | 'none';

/** One way to write a block down. */
export interface Form {
  /** What opens the section of an item that follows no other of its conversation; empty for nothing. */
  readonly headingOf: (item: Found) => string;
  /** Tokens that a line takes beside its piece. */
  readonly tokensPerLine: number;
  /** The content as it will stand there. */
  readonly said: (content: string) => string;
  /** A line as it is counted by itself. */
  readonly piece: (item: Found, said: string) => string;
  /** @param above how many numbers are taken by what stands above. */
  readonly render: (lines: readonly Line[], above?: number) => string | ChatMessage[];
}

/** A chat message costs a few tokens beside its content in every model's template. */
const TOKENS_PER_CHAT_MESSAGE = 4;
/** Stands for the number of a line while it is not known; numbers to 999 are one token. */
const SOME_NUMBER = 99;
const KNOWN = 'Known';

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What stands under one heading: a day of a conversation. */
export const sectionOf = ({ session, createdAt }: Found): string =>
  session ? `${session.id} ${dayOf(createdAt)}` : KNOWN;

interface Section {
  readonly lines: Line[];
  /** The latest time of its conversation up to its start, so that what was said later stands later whatever the clock said. */
  readonly at: number;
}

/** The days of a conversation, in the order in which its turns were said. */
const sectionsOf = (conversation: readonly Line[]): Section[] => {
  const sections: Section[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  const inOrder = conversation.toSorted(
    (a, b) => (a.found.sequence ?? 0) - (b.found.sequence ?? 0) || a.found.key - b.found.key,
  );
  for (const line of inOrder) {
    latest = Math.max(latest, line.found.createdAt);
    const last = sections.at(-1);
    if (last?.lines[0] && sectionOf(last.lines[0].found) === sectionOf(line.found)) last.lines.push(line);
    else sections.push({ lines: [line], at: latest });
  }
  return sections;
};

/**
 * Lines in sections, each a day of a conversation, in the order of time: what is known outside of conversations first. Within
 * a conversation the order is that in which it was said.
 */
export const arrange = (lines: readonly Line[]): Line[][] => {
  const { known = [], said = [] } = Object.groupBy(lines, ({ found }) => (found.session ? 'said' : 'known'));
  const conversations = [...Map.groupBy(said, ({ found }) => found.session?.id).values()];
  // A stable sort: the days of one conversation stay in their order.
  const inTime = conversations.flatMap(sectionsOf).sort((a, b) => a.at - b.at);
  const first = known.length > 0 ? [known.toSorted((a, b) => a.found.key - b.found.key)] : [];
  return [...first, ...inTime.map((section) => section.lines)];
};

type Speaker = Pick<CorpusEntry, 'name' | 'role'>;

const ROLES = new Set(['user', 'assistant', 'system', 'tool', 'developer', 'function']);
/** What a block itself is written with: a name that has it, or that is another role's, stands in quotation marks. */
const OF_A_BLOCK = /[:：[\](){}<>"\\|`#*]/;

const quoted = (name: string): string => `"${name.replaceAll(/["\\]/g, '\\$&')}"`;

/** Who speaks, so that whoever chose the name can pass neither for another role nor for a line of the block. */
const speakerOf = ({ name, role }: Speaker): string => {
  const speaker = oneLine(name ?? '');
  if (speaker === '') return role ?? '';
  const isRole = ROLES.has(speaker.toLowerCase()) && speaker !== role;
  return isRole || OF_A_BLOCK.test(speaker) ? quoted(speaker) : speaker;
};

const textLine = (item: Speaker, said: string, number: number): string => {
  const speaker = speakerOf(item);
  return speaker === '' ? `[${number}] ${said}` : `[${number}] ${speaker}: ${said}`;
};

/** What readers take for the end of a line, the form feed and Unicode's separators among it. */
const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/;
/** Other controls than the tab, and marks that turn the direction: they say nothing, and hide or turn what stands beside. */
const CONTROLS = /[^\P{Cc}\t\n\v\f\r\u0085]|[\u202a-\u202e\u2066-\u2069]/gu;

/** The lines of a content behind its first are indented, so that none looks like a line of the block. */
const indented = (content: string): string =>
  content
    .replaceAll(CONTROLS, '')
    .split(LINE_END)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n  ');

/** A line of a block outside of conversations. */
export const spokenLine = (item: Speaker, content: string, number: number): string =>
  textLine(item, indented(content), number);

const textForm = (headings: Headings, sessionId: string | null): Form => {
  const headingOf = ({ session, createdAt }: Found): string => {
    if (headings === 'none') return '';
    if (!session) return `${KNOWN}:`;
    if (headings === 'days') return `${dayOf(createdAt)}:`;
    const which = session.id === sessionId ? 'this conversation' : `conversation ${quoted(oneLine(session.name))}`;
    return `${dayOf(createdAt)}, ${which}:`;
  };
  return {
    headingOf,
    tokensPerLine: 0,
    said: indented,
    piece: (item, said) => `${textLine(item, said, SOME_NUMBER)}\n`,
    render: (lines, above = 0) => {
      let number = above;
      let before: string | null = null;
      const blocks = arrange(lines).map((section) => {
        const { session, createdAt } = (section[0] as Line).found;
        // The next day of the conversation that stands right above.
        const goesOn = session !== null && session.id === before && headings === 'full';
        before = session?.id ?? null;
        const heading = goesOn ? `${dayOf(createdAt)}:` : headingOf((section[0] as Line).found);
        const written = section.map(({ found, text }) => {
          number += 1;
          return textLine(found, text, number);
        });
        return [...(heading === '' ? [] : [heading]), ...written].join('\n');
      });
      return blocks.join('\n\n');
    },
  };
};

/** Chat APIs refuse a tool's message without the call that it answers, and some do not know a developer. */
const chatRole = ({ role }: Speaker): string => (role === 'user' || role === 'assistant' ? role : 'system');

/** The same as a chat message. */
export const chatLine = (item: Speaker, content: string): ChatMessage => {
  const name = oneLine(item.name ?? '');
  return { role: chatRole(item), content, ...(name !== '' && { name }) };
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
          return rulesOf(found.kind).isStatement ? { role: 'system', content } : chatLine(found, content);
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
