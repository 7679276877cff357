import { isFields } from '../api/chat-turn.ts';
import { type Dialect, MAX_READ, type Reply, type ReplyReader } from './dialect.ts';
import { type Fields, fieldsIn, type Turn } from './turn.ts';

/** The events that end a stream with a reply in them. */
const LAST = ['response.completed', 'response.incomplete'];
const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);

const listed = (content: unknown): readonly unknown[] =>
  Array.isArray(content) ? content : typeof content === 'string' ? [content] : [];

/** What an item of the conversation is as a turn: calls are the assistant's, their outputs a tool's. Null for instructions. */
const turnOf = (item: Fields): Turn | null => {
  const { type = 'message', role, content, call_id } = item;
  if (type === 'message') return role === 'user' || role === 'assistant' ? { role, content } : null;
  if (CALLS.has(type)) return { role: 'assistant', content: [item] };
  if (typeof type === 'string' && type.endsWith('_output')) {
    return { role: 'tool', content: [item], ...(typeof call_id === 'string' && { tool_call_id: call_id }) };
  }
  // What a model thought, looked up or said under an id: it was the assistant's turn.
  return { role: 'assistant', content: [] };
};

/** What the assistant said and did in a row is one turn, as it was one reply. */
const joined = (turns: readonly Turn[]): Turn[] => {
  const result: Turn[] = [];
  for (const turn of turns) {
    const last = result.at(-1);
    if (turn.role !== 'assistant' || last?.role !== 'assistant') result.push(turn);
    else result[result.length - 1] = { ...last, content: [...listed(last.content), ...listed(turn.content)] };
  }
  return result;
};

/** A reply that ran into the limit of its length is all that the client gets; one that was filtered is withdrawn. */
const isWhole = ({ status, incomplete_details: details }: Fields): boolean =>
  status === 'completed' || (status === 'incomplete' && isFields(details) && details['reason'] === 'max_output_tokens');

const replyIn = (answer: Fields): Reply | null => {
  if (!isWhole(answer)) return null;
  const turns = fieldsIn(answer['output'])
    .map(turnOf)
    .filter((turn) => turn !== null);
  const content = joined(turns.filter(({ role }) => role === 'assistant'))[0]?.content ?? [];
  const { id } = answer;
  return { turn: { role: 'assistant', content: listed(content) }, id: typeof id === 'string' ? id : null };
};

const openReply = (): ReplyReader => {
  let reply: Reply | null = null;
  return {
    // The last event holds the whole reply, so that nothing has to be put together of the others.
    take: (data) => {
      if (data.length > MAX_READ || !LAST.some((type) => data.includes(type))) return false;
      try {
        const event: unknown = JSON.parse(data);
        if (!isFields(event) || !LAST.includes(String(event['type']))) return false;
        reply = isFields(event['response']) ? replyIn(event['response']) : null;
        return true;
      } catch {
        // What is no JSON is the client's to complain of; it has got the same.
        return false;
      }
    },
    reply: () => reply,
  };
};

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `POST /v1/responses` */
export const responses: Dialect = {
  path: '/responses',
  turnsIn: ({ input }) => {
    if (typeof input === 'string') return [{ role: 'user', content: input }];
    return joined(
      fieldsIn(input)
        .map(turnOf)
        .filter((turn) => turn !== null),
    );
  },
  withInstruction: (body, text) => {
    const instructions = textIn(body['instructions']);
    return { ...body, instructions: instructions === null ? text : `${instructions}\n\n${text}` };
  },
  conversationIn: ({ conversation }) => textIn(isFields(conversation) ? conversation['id'] : conversation),
  previousReplyIn: ({ previous_response_id }) => textIn(previous_response_id),
  replyIn,
  openReply,
};
