import type { Turn } from '../recall.ts';
import { answerReader, type Dialect, dataIn, type Fields, fieldsIn, fieldsOf, isFields, textOf } from './dialect.ts';

/** Events with which a reply is at its end. */
const ENDS: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** What an item of the conversation is as a turn: what a model thought or called is the assistant's, and has no words. */
const turnOf = ({ type = 'message', role, content }: Fields): Turn[] => {
  if (type === 'message') return role === 'user' || role === 'assistant' ? [{ role, text: textOf(content) }] : [];
  return typeof type === 'string' && type.endsWith('_output') ? [] : [{ role: 'assistant', text: '' }];
};

/** A reply that ran into the limit of its length is all that the client gets; one that was filtered is withdrawn. */
const isWhole = ({ status, incomplete_details: details }: Fields): boolean =>
  status === 'completed' || (status === 'incomplete' && isFields(details) && details['reason'] === 'max_output_tokens');

const replyIn = (answer: Fields): string | null => {
  if (!isWhole(answer)) return null;
  const texts = fieldsIn(answer['output']).map(({ type, content }) => (type === 'message' ? textOf(content) : ''));
  return texts.filter((text) => text !== '').join('\n\n');
};

/** The last event holds the whole reply. */
const openReply = () => {
  let reply: string | null = null;
  return {
    take: (line: string): boolean => {
      const data = dataIn(line);
      // Few events are parsed: a stream has one for each word.
      if (!data || !(data.includes('response.completed') || data.includes('response.incomplete'))) return false;
      const event = fieldsOf(data);
      if (!event || !ENDS.has(event['type'])) return false;
      reply = isFields(event['response']) ? replyIn(event['response']) : null;
      return true;
    },
    whole: () => reply,
  };
};

/** `POST /responses` */
export const responses: Dialect = {
  path: '/responses',
  turnsIn: ({ input }) => {
    if (typeof input === 'string') return [{ role: 'user', text: input }];
    return fieldsIn(input).flatMap(turnOf);
  },
  refersBack: ({ previous_response_id, conversation }) => Boolean(previous_response_id ?? conversation),
  withInstruction: (body, text) => {
    const { instructions } = body;
    return { ...body, instructions: typeof instructions === 'string' ? `${instructions}\n\n${text}` : text };
  },
  openReply,
  openAnswer: answerReader(replyIn),
};
