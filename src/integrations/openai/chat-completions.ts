import type { Turn } from '../recall.ts';
import { answerReader, type Dialect, dataIn, type Fields, fieldsIn, fieldsOf, isFields, textOf } from './dialect.ts';

/** Ends with which a reply is all that the client gets; others withdraw it. */
const WHOLE: ReadonlySet<unknown> = new Set(['stop', 'length', 'tool_calls', 'function_call']);
const INSTRUCTIONS: ReadonlySet<unknown> = new Set(['system', 'developer']);

/** Of several choices the first is the reply. */
const firstChoice = ({ choices }: Fields): Fields | undefined => fieldsIn(choices).find(({ index = 0 }) => index === 0);

const replyIn = (answer: Fields): string | null => {
  const { message, finish_reason } = firstChoice(answer) ?? {};
  return isFields(message) && WHOLE.has(finish_reason) ? textOf(message['content']) : null;
};

const openReply = () => {
  const pieces: string[] = [];
  let isReadable = true;
  let isAtEnd = false;
  return {
    take: (line: string): boolean => {
      const data = dataIn(line);
      if (data === null || data === '[DONE]') return data !== null;
      const chunk = fieldsOf(data);
      isReadable &&= chunk !== null && !chunk['error'];
      const { delta, finish_reason } = (chunk && firstChoice(chunk)) ?? {};
      if (isFields(delta) && typeof delta['content'] === 'string') pieces.push(delta['content']);
      if (finish_reason) isAtEnd = WHOLE.has(finish_reason);
      return false;
    },
    whole: () => (isReadable && isAtEnd ? pieces.join('') : null),
  };
};

const withText = (message: Fields, text: string): Fields => {
  const { content } = message;
  if (Array.isArray(content)) return { ...message, content: [...content, { type: 'text', text }] };
  return { ...message, content: typeof content === 'string' && content !== '' ? `${content}\n\n${text}` : text };
};

/** `POST /chat/completions` */
export const chatCompletions: Dialect = {
  path: '/chat/completions',
  turnsIn: ({ messages }) =>
    fieldsIn(messages).flatMap(({ role, content }): Turn[] =>
      role === 'user' || role === 'assistant' ? [{ role, text: textOf(content) }] : [],
    ),
  refersBack: () => false,
  // Into the first message of instructions, since many models take one and take it at the beginning alone.
  withInstruction: (body, text) => {
    const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
    const [first, ...rest] = messages;
    if (isFields(first) && INSTRUCTIONS.has(first['role']))
      return { ...body, messages: [withText(first, text), ...rest] };
    return { ...body, messages: [{ role: 'system', content: text }, ...messages] };
  },
  openReply,
  openAnswer: answerReader(replyIn),
};
