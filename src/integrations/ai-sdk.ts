import type { LanguageModelMiddleware } from 'ai';
import { type CallNames, Remembering, type RememberingOptions, type Turn } from './recall.ts';

type Wrapping<W extends 'wrapGenerate' | 'wrapStream'> = Parameters<NonNullable<LanguageModelMiddleware[W]>>[0];
type Params = Wrapping<'wrapGenerate'>['params'];
type Prompt = Params['prompt'];
type Generated = Awaited<ReturnType<Wrapping<'wrapGenerate'>['doGenerate']>>;
type FinishReason = Generated['finishReason'];
type StreamPart =
  Awaited<ReturnType<Wrapping<'wrapStream'>['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never;

const turnsIn = (prompt: Prompt): Turn[] =>
  prompt.flatMap(({ role, content }) => {
    if (role !== 'user' && role !== 'assistant') return [];
    return [
      {
        role,
        text: content
          .map((part) => (part.type === 'text' ? part.text : ''))
          .join('\n')
          .trim(),
      },
    ];
  });

/** Into the first message of instructions, since many models take one and take it at the beginning alone. */
const withInstruction = (prompt: Prompt, text: string): Prompt => {
  const [first, ...rest] = prompt;
  if (first?.role === 'system') return [{ ...first, content: `${first.content}\n\n${text}` }, ...rest];
  return [{ role: 'system', content: text }, ...prompt];
};

const namesIn = ({ providerOptions }: Params): CallNames => {
  const { user, agent, session } = providerOptions?.['memfuse'] ?? {};
  const named = Object.entries({ user, agent, session }).filter(([, name]) => typeof name === 'string' && name !== '');
  return Object.fromEntries(named);
};

/** Ends with which a reply is all that the caller gets. What a provider calls by a name of its own is an end, too. */
const isWhole = ({ unified, raw }: FinishReason): boolean =>
  unified === 'stop' || unified === 'length' || unified === 'tool-calls' || (unified === 'other' && raw !== undefined);

/** Reads a reply along. */
const openReply = () => {
  const blocks = new Map<string, string>();
  let isAtEnd = false;
  return {
    take: (part: StreamPart): void => {
      if (part.type === 'text-delta') blocks.set(part.id, (blocks.get(part.id) ?? '') + part.delta);
      if (part.type === 'finish') isAtEnd = isWhole(part.finishReason);
      if (part.type === 'error') isAtEnd = false;
    },
    /** The text; null when it did not come whole. */
    whole: (): string | null => (isAtEnd ? [...blocks.values()].join('\n\n') : null),
  };
};

/**
 * Memory for any model of the AI SDK: what bears on the conversation is put before it, and what the user and the model say is
 * remembered once the reply has come whole. Parts of a stream pass as they are. One call is another user's, or of another
 * conversation, by `providerOptions: { memfuse: { user, agent, session } }`.
 *
 * @example
 * const model = wrapLanguageModel({ model: openai('gpt-5'), middleware: memory({ user: 'alice' }) });
 */
export const memory = (options: RememberingOptions): LanguageModelMiddleware => {
  const remembering = new Remembering(options);
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => {
      const recalled = await remembering.recall(turnsIn(params.prompt), namesIn(params), params.abortSignal);
      return recalled ? { ...params, prompt: withInstruction(params.prompt, recalled) } : params;
    },
    wrapGenerate: async ({ doGenerate, params }) => {
      const generated = await doGenerate();
      if (isWhole(generated.finishReason)) {
        const texts = generated.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
        await remembering.remember(turnsIn(params.prompt), texts.join('\n\n'), namesIn(params));
      }
      return generated;
    },
    wrapStream: async ({ doStream, params }) => {
      const { stream, ...rest } = await doStream();
      const reply = openReply();
      const along = new TransformStream<StreamPart, StreamPart>({
        transform: (part, controller) => {
          reply.take(part);
          controller.enqueue(part);
        },
        flush: async () => {
          const text = reply.whole();
          if (text !== null) await remembering.remember(turnsIn(params.prompt), text, namesIn(params));
        },
      });
      return { ...rest, stream: stream.pipeThrough(along) };
    },
  };
};

export type { RememberingOptions } from './recall.ts';
