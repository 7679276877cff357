import { type BesideContent, isFields, readTurn, textOfPart } from '../api/chat-turn.ts';
import { withoutRecalled } from '../text/recalled.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What was said in a conversation by one side, as the API takes messages; it is not validated. */
export interface Turn extends Fields {
  readonly role: 'user' | 'assistant' | 'tool' | 'function';
  readonly content?: unknown;
}

const ROLES: ReadonlySet<unknown> = new Set(['user', 'assistant', 'tool', 'function'] satisfies Turn['role'][]);

export const isTurn = (value: unknown): value is Turn => isFields(value) && ROLES.has(value['role']);

/** The items of a list that are objects; none of what is no list. */
export const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Longest text of a result of a tool that is remembered, and longest text in a part that is none, such as an image. */
const MAX_RESULT = 16_384;
const MAX_IN_PART = 1_024;

const cut = (text: string, most: number): string =>
  text.length > most
    ? `${text.slice(0, most).toWellFormed()} [${text.length - most} more characters are not kept]`
    : text;

/** A value with its long texts cut, however deep they lie. Requests are as deep as JSON may be, which is bounded. */
const withShortTexts = (value: unknown, most: number): unknown => {
  if (typeof value === 'string') return cut(value, most);
  if (Array.isArray(value)) return value.map((item) => withShortTexts(item, most));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withShortTexts(inner, most)]));
};

const partToRemember = (part: unknown): unknown => {
  if (typeof part === 'string') return withoutRecalled(part);
  if (!isFields(part)) return part;
  const text = textOfPart(part);
  if (typeof text !== 'string') return withShortTexts(part, MAX_IN_PART);
  return text.includes('<') ? { type: 'text', text: withoutRecalled(text) } : part;
};

const contentToRemember = ({ role, content }: Turn): unknown => {
  if (role !== 'user' && role !== 'assistant') return withShortTexts(content, MAX_RESULT);
  if (typeof content === 'string') return withoutRecalled(content);
  return Array.isArray(content) ? content.map(partToRemember) : content;
};

/** The fields of a turn that a message has; others are the endpoint's business. */
const KEPT = ['name', 'tool_calls', 'tool_call_id', 'function_call', 'refusal'] as const;

/**
 * A turn as it is remembered: without what was recalled, of images and files only what they are, and of a long result of a
 * tool its beginning. Null when nothing is left.
 */
export const toRemember = (turn: Turn): Turn | null => {
  const kept = KEPT.filter((field) => turn[field] !== undefined && turn[field] !== null);
  const beside = Object.fromEntries(kept.map((field) => [field, turn[field]]));
  const transcript = isFields(turn['audio']) ? turn['audio']['transcript'] : undefined;
  const message: Turn = {
    role: turn.role,
    content: contentToRemember(turn),
    ...beside,
    ...(typeof transcript === 'string' && { audio: { transcript } }),
  };
  return readTurn(message.content, message as BesideContent) ? message : null;
};

/** What a turn says in words; empty for one of images or calls alone. */
export const wordsOf = ({ content }: Turn): string => {
  const parts = Array.isArray(content) ? content : [content];
  const texts = parts.map((part) => (isFields(part) ? textOfPart(part) : part));
  return withoutRecalled(texts.filter((text) => typeof text === 'string').join('\n')).trim();
};

/** What a turn says or does: its words, or else its calls and results. */
export const gistOf = (turn: Turn): string => readTurn(turn.content, turn as BesideContent)?.content.trim() ?? '';

/** What was said since the other side last spoke: all that an earlier request has not brought. */
export const newTurns = (turns: readonly Turn[]): readonly Turn[] =>
  turns.slice(turns.findLastIndex(({ role }) => role === 'assistant') + 1);
