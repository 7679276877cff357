import { isFields } from '../api/chat-turn.ts';
import { type Dialect, MAX_READ, type Reply, type ReplyReader } from './dialect.ts';
import { type Fields, fieldsIn, isTurn } from './turn.ts';

/** Reasons to end with which the reply is all that the client gets and keeps; others withdraw it. */
const WHOLE: ReadonlySet<unknown> = new Set(['stop', 'length', 'tool_calls', 'function_call']);
const INSTRUCTIONS: ReadonlySet<unknown> = new Set(['system', 'developer']);
const DONE = '[DONE]';

/** The parts of a reply that grow piece by piece. */
type Growing = Record<string, unknown>;

/** What some endpoints say again with each piece. */
const ONCE: ReadonlySet<string> = new Set(['id', 'type', 'index', 'name']);

/** Puts a piece of an object to what has come of it: texts grow, lists of calls grow by their index. */
const grow = (grown: Growing, delta: Fields): void => {
  for (const [key, piece] of Object.entries(delta)) {
    if (piece === null || piece === undefined) continue;
    const before = grown[key];
    if (ONCE.has(key)) grown[key] = before || piece;
    else if (typeof piece === 'string') grown[key] = typeof before === 'string' ? before + piece : piece;
    else if (Array.isArray(piece)) grown[key] = growList(Array.isArray(before) ? before : [], piece);
    else if (isFields(piece)) {
      const inner = isFields(before) ? (before as Growing) : {};
      grow(inner, piece);
      grown[key] = inner;
    } else grown[key] = piece;
  }
};

const growList = (list: Growing[], pieces: readonly unknown[]): Growing[] => {
  for (const piece of pieces.filter(isFields)) {
    const index = piece['index'];
    let item = typeof index === 'number' ? list.find((one) => one['index'] === index) : undefined;
    if (!item) {
      item = {};
      list.push(item);
    }
    grow(item, piece);
  }
  return list;
};

const replyOf = (message: unknown, finishReason: unknown): Reply | null => {
  if (!isFields(message) || !WHOLE.has(finishReason)) return null;
  const turn = { ...message, role: 'assistant' as const };
  return { turn, id: null };
};

/** Of several choices the first is the reply. */
const firstChoice = (answer: Fields): Fields | undefined =>
  fieldsIn(answer['choices']).find(({ index = 0 }) => index === 0);

/** Of a message what is remembered; what a model thought and how likely its words were is neither kept nor read along. */
const REMEMBERED = ['content', 'tool_calls', 'function_call', 'refusal'] as const;

const openReply = (): ReplyReader => {
  const message: Growing = {};
  let finishReason: unknown;
  let isReadable = true;
  let read = 0;

  const takeChunk = (data: string): void => {
    const chunk: unknown = JSON.parse(data);
    if (!isFields(chunk) || chunk['error']) {
      isReadable = false;
      return;
    }
    const choice = firstChoice(chunk);
    if (!choice) return;
    const { delta, finish_reason } = choice;
    finishReason = finish_reason ?? finishReason;
    if (isFields(delta)) grow(message, Object.fromEntries(REMEMBERED.map((field) => [field, delta[field]])));
  };

  return {
    take: (data) => {
      if (data === DONE) return true;
      read += data.length;
      if (read > MAX_READ) isReadable = false;
      if (!isReadable) return false;
      try {
        takeChunk(data);
      } catch {
        // What is no JSON is the client's to complain of; it has got the same.
        isReadable = false;
      }
      return false;
    },
    reply: () => (isReadable ? replyOf(message, finishReason) : null),
  };
};

const withText = (message: Fields, text: string): Fields => {
  const { content } = message;
  if (Array.isArray(content)) return { ...message, content: [...content, { type: 'text', text }] };
  return { ...message, content: typeof content === 'string' && content !== '' ? `${content}\n\n${text}` : text };
};

/** `POST /v1/chat/completions` */
export const chatCompletions: Dialect = {
  path: '/chat/completions',
  turnsIn: ({ messages }) => fieldsIn(messages).filter(isTurn),
  // Into the first message of instructions, since templates of many models take one and take it at the beginning alone.
  withInstruction: (body, text) => {
    const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
    const [first, ...rest] = messages;
    if (isFields(first) && INSTRUCTIONS.has(first['role']))
      return { ...body, messages: [withText(first, text), ...rest] };
    return { ...body, messages: [{ role: 'system', content: text }, ...messages] };
  },
  conversationIn: () => null,
  previousReplyIn: () => null,
  replyIn: (answer) => {
    const choice = firstChoice(answer);
    return choice ? replyOf(choice['message'], choice['finish_reason']) : null;
  },
  openReply,
};
