import type { Turn } from '../recall.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Reads a reply out of what an endpoint sends, line by line. */
export interface ReplyReader {
  /** Takes a line. Answers whether the client may take the reply for whole now. */
  take(line: string): boolean;
  /** The text of the reply; null when it did not come whole. */
  whole(): string | null;
}

/** One of the two ways of OpenAI's API to ask a model. */
export interface Dialect {
  /** End of its address. */
  readonly path: `/${string}`;
  /** What was said, in its order, without instructions. */
  turnsIn(body: Fields): Turn[];
  /** Whether the request goes on from what the endpoint keeps. */
  refersBack(body: Fields): boolean;
  /** The request with a text beside its instructions. */
  withInstruction(body: Fields, text: string): Fields;
  /** For a stream of events. */
  openReply(): ReplyReader;
  /** For an answer in one piece. */
  openAnswer(): ReplyReader;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of a list that are objects; none of what is no list. */
export const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** The text of a content: a string, or a list of parts of which some are text. */
export const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  const texts = fieldsIn(content).map(({ text }) => text);
  return texts.filter((text) => typeof text === 'string').join('\n');
};

/** The object that a text holds; null for any other text. */
export const fieldsOf = (text: string): Fields | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    // The client reads the same, and complains of it.
    return null;
  }
};

/** The data of a line of an event stream; null for any other line. */
export const dataIn = (line: string): string | null => (line.startsWith('data:') ? line.slice(5).trim() : null);

/** Reads an answer in one piece. @param replyIn the text of its reply; null when it is not whole. */
export const answerReader = (replyIn: (answer: Fields) => string | null) => (): ReplyReader => {
  const lines: string[] = [];
  return {
    take: (line) => {
      lines.push(line);
      return false;
    },
    whole: () => {
      const answer = fieldsOf(lines.join(''));
      return answer && replyIn(answer);
    },
  };
};
