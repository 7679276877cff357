import type { Draft, DraftTurn } from './drafts.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A time as other systems write it: ISO 8601, or seconds or milliseconds since 1970. */
const timeOf = (value: unknown): number | null => {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.round(value < 1e11 ? value * 1_000 : value);
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

interface Whose {
  readonly user: string | null;
  readonly agent: string | null;
  readonly conversation: string | null;
  readonly title: string | null;
}
const NOBODY: Whose = { user: null, agent: null, conversation: null, title: null };

/** What a message, or what stands around it, says of whose it is. */
const whoseOf = (value: Fields, around: Whose = NOBODY): Whose => ({
  user: textOf(value['user_id']) ?? textOf(value['user']) ?? around.user,
  agent: textOf(value['agent_id']) ?? textOf(value['agent']) ?? around.agent,
  conversation:
    textOf(value['session_id']) ??
    textOf(value['session']) ??
    textOf(value['thread_id']) ??
    textOf(value['run_id']) ??
    around.conversation,
  title: textOf(value['session_name']) ?? textOf(value['title']) ?? around.title,
});

/** A message of a chat API, or one that is much like it. */
const messageOf = (value: Fields, around: Whose = NOBODY): DraftTurn => {
  const { tool_calls, tool_call_id, function_call, refusal, audio } = value;
  const role =
    textOf(value['role_type']) ?? textOf(value['role']) ?? textOf(value['sender']) ?? textOf(value['type']) ?? 'user';
  // Zep names the speaker in `role` and says in `role_type` what they are.
  const speaker = value['role_type'] === undefined ? textOf(value['name']) : textOf(value['role']);
  return {
    ...whoseOf(value, around),
    role,
    content: value['content'] ?? value['text'] ?? null,
    beside: { tool_calls, tool_call_id, function_call, refusal, audio },
    name: speaker !== null && speaker !== role ? speaker : null,
    at: timeOf(value['created_at'] ?? value['timestamp'] ?? value['create_time'] ?? value['date']),
    metadata: value['metadata'],
  };
};

/** A conversation of ChatGPT: a tree, of which the branch that was last shown is what was said. */
const ofChatGpt = (value: Fields): DraftTurn[] => {
  const nodes = value['mapping'] as Fields;
  const path: Fields[] = [];
  const seen = new Set<string>();
  const newest = (): string | null => Object.keys(nodes).at(-1) ?? null;
  for (let id = textOf(value['current_node']) ?? newest(); id !== null && !seen.has(id); ) {
    seen.add(id);
    const node = nodes[id];
    if (!isFields(node)) break;
    path.push(node);
    id = textOf(node['parent']);
  }
  const whose = {
    ...NOBODY,
    agent: 'ChatGPT',
    conversation: textOf(value['conversation_id']) ?? textOf(value['id']) ?? textOf(value['title']),
    title: textOf(value['title']),
  };
  return path.reverse().flatMap((node) => {
    const { message } = node;
    if (!isFields(message) || !isFields(message['author'])) return [];
    const role = textOf(message['author']['role']) ?? 'user';
    const { content } = message;
    const parts = isFields(content) ? (content['parts'] ?? content['text'] ?? null) : content;
    const texts = listOf(parts).length > 0 ? listOf(parts).filter((part) => part !== '') : parts;
    // What the program says to itself is nobody's speech.
    if (role === 'system' || texts === null || (Array.isArray(texts) && texts.length === 0)) return [];
    return [{ ...whose, role, content: texts, at: timeOf(message['create_time']) }];
  });
};

/** A conversation of Claude. */
const ofClaude = (value: Fields): DraftTurn[] => {
  const whose = {
    ...NOBODY,
    agent: 'Claude',
    conversation: textOf(value['uuid']) ?? textOf(value['name']),
    title: textOf(value['name']),
  };
  return listOf(value['chat_messages']).flatMap((message) => {
    if (!isFields(message)) return [];
    const content = textOf(message['text']) ?? (listOf(message['content']).length > 0 ? message['content'] : null);
    if (content === null) return [];
    return [{ ...whose, role: textOf(message['sender']) ?? 'user', content, at: timeOf(message['created_at']) }];
  });
};

const hasMessages = (value: Fields): boolean => Array.isArray(value['messages']);
const isMessage = (value: Fields): boolean =>
  ('content' in value || 'text' in value || 'tool_calls' in value) &&
  ('role' in value || 'role_type' in value || 'sender' in value);

/** What a store of LangGraph holds under a key: the namespace says whose it is. */
const ofStore = (value: Fields): { user: string | null; content: string } => {
  const namespace = listOf(value['namespace']).map(String);
  const held = value['value'];
  const content = isFields(held)
    ? (textOf(held['content']) ??
      textOf(held['text']) ??
      textOf(held['data']) ??
      textOf(held['memory']) ??
      JSON.stringify(held))
    : String(held);
  return { user: namespace.find((name) => !/^(?:memories|users?|store)$/i.test(name)) ?? null, content };
};

/** A memory of mem0 or OpenMemory. */
const memoryIn = (value: Fields): string | null =>
  textOf(value['memory']) ??
  textOf(value['text']) ??
  textOf(value['content']) ??
  textOf(value['data']) ??
  textOf(value['fact']);

/**
 * What one element of a file of another system holds, whatever system that is: each has a form that the others have not.
 * Null for what is none of them.
 */
export const draftsOf = (line: number, value: unknown): Draft[] | null => {
  if (!isFields(value)) return null;
  const turns = (list: readonly DraftTurn[]): Draft[] => list.map((turn) => ({ line, turn }));
  if (isFields(value['mapping'])) return turns(ofChatGpt(value));
  if (Array.isArray(value['chat_messages'])) return turns(ofClaude(value));
  if (isMessage(value)) return turns([messageOf(value)]);
  if (hasMessages(value)) {
    const id = textOf(value['id']) ?? textOf(value['uuid']);
    const own = whoseOf(value);
    const whose = {
      ...own,
      conversation: own.conversation ?? id,
      title: own.title ?? textOf(value['name']),
      agent: own.agent,
    };
    return turns(
      listOf(value['messages'])
        .filter(isFields)
        .map((message) => messageOf(message, whose)),
    );
  }
  if (Array.isArray(value['namespace']) && 'value' in value) {
    const { user, content } = ofStore(value);
    const at = timeOf(value['updated_at'] ?? value['created_at']);
    return [{ line, knowledge: { user, content, at } }];
  }
  // Letta keeps what it knows in blocks.
  if ('label' in value && typeof value['value'] === 'string') {
    return value['value'] === '' ? [] : [{ line, knowledge: { user: null, content: value['value'], at: null } }];
  }
  const content = memoryIn(value);
  if (content === null) return null;
  const { user } = whoseOf(value);
  return [{ line, knowledge: { user, content, at: timeOf(value['created_at'] ?? value['updated_at']) } }];
};
