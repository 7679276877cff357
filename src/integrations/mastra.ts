import { type CallNames, Remembering, type RememberingOptions, type Turn } from './recall.ts';

export type MastraOptions = Omit<RememberingOptions, 'user'> & {
  /** The name of a user; the resource of Mastra's memory when absent. */
  readonly user?: string | undefined;
};

/** What of Mastra's messages is read. */
interface MastraMessage {
  readonly role: string;
  readonly content: { readonly parts: readonly object[] };
  readonly resourceId?: string | undefined;
  readonly threadId?: string | undefined;
}

/** What is told to every step of one request. */
interface Context {
  readonly state: Record<string, unknown>;
  readonly requestContext?: { get(key: string): unknown } | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

interface SystemMessage {
  readonly role: string;
  readonly content: unknown;
}

/** A processor of Mastra, for the input and the output of an agent. */
export interface MemoryProcessor {
  readonly id: 'memfuse';
  processInput<M extends MastraMessage, S extends SystemMessage>(
    input: Context & { readonly messages: M[]; readonly systemMessages: S[] },
  ): Promise<{ messages: M[]; systemMessages: S[] }>;
  processOutputResult<M extends MastraMessage>(
    output: Context & {
      readonly messages: M[];
      readonly result: { readonly text: string; readonly finishReason: string };
    },
  ): Promise<M[]>;
}

/** Ends with which a reply is all that the caller gets. */
const WHOLE: ReadonlySet<string> = new Set(['stop', 'length', 'tool-calls']);
/** Where a request is kept until its reply has come. */
const ASKED = 'memfuse';
const NO_USER = 'Whose memory is it? Name the user here, or in the call by memory: { resource, thread }.';

interface Asked {
  readonly turns: readonly Turn[];
  readonly names: CallNames;
}

const textIn = (part: object): string =>
  'type' in part && part.type === 'text' && 'text' in part && typeof part.text === 'string' ? part.text : '';

const turnsIn = (messages: readonly MastraMessage[]): Turn[] =>
  messages.flatMap(({ role, content }) => {
    if (role !== 'user' && role !== 'assistant') return [];
    return [{ role, text: content.parts.map(textIn).join('\n').trim() }];
  });

/** Into the first message of instructions, since many models take one and take it at the beginning alone. */
const withInstruction = <S extends SystemMessage>(messages: readonly S[], text: string): S[] => {
  const [first, ...rest] = messages;
  if (first && typeof first.content === 'string')
    return [{ ...first, content: `${first.content}\n\n${text}` }, ...rest];
  return [{ role: 'system', content: text } as S, ...messages];
};

const nameIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Resource and thread of Mastra's memory, where the call names them: what a server sets for a request stands above. */
const placeOf = (messages: readonly MastraMessage[], { requestContext }: Context) => {
  const last = messages.at(-1);
  return {
    resource: nameIn(requestContext?.get('mastra__resourceId')) ?? nameIn(last?.resourceId),
    thread: nameIn(requestContext?.get('mastra__threadId')) ?? nameIn(last?.threadId),
  };
};

/**
 * Memory for agents of Mastra: what bears on the conversation is put beside the agent's instructions, and what the user and
 * the agent say is remembered once the reply has come whole. Where the call names Mastra's memory, its resource is the user and
 * its thread the conversation, unless they are named here.
 *
 * @example
 * const remembering = memory({ user: 'alice' });
 * const agent = new Agent({ ...rest, inputProcessors: [remembering], outputProcessors: [remembering] });
 */
export const memory = (options: MastraOptions = {}): MemoryProcessor => {
  const remembering = new Remembering({ ...options, user: options.user ?? '' });
  return {
    id: 'memfuse',
    processInput: async (input) => {
      const { messages, systemMessages, state, abortSignal } = input;
      const { resource, thread } = placeOf(messages, input);
      const user = options.user ?? resource;
      if (user === undefined) throw new TypeError(NO_USER);
      const asked: Asked = { turns: turnsIn(messages), names: { user, session: options.session ?? thread } };
      state[ASKED] = asked;
      const recalled = await remembering.recall(asked.turns, asked.names, abortSignal);
      return { messages, systemMessages: recalled ? withInstruction(systemMessages, recalled) : systemMessages };
    },
    processOutputResult: async ({ messages, result, state }) => {
      const asked = state[ASKED] as Asked | undefined;
      if (asked && WHOLE.has(result.finishReason)) {
        await remembering.remember(asked.turns, result.text, asked.names);
      }
      return messages;
    },
  };
};

export type { RememberingOptions } from './recall.ts';
