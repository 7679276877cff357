import type { z } from 'zod';
import { type BesideContent, isFields, readTurn, textOfPart } from './chat-turn.ts';
import { problemOf } from './kept-json.ts';

type Issue = { readonly path: readonly (string | number)[] } & (
  | { readonly code: 'custom'; readonly message: string }
  | { readonly code: 'invalid_type'; readonly expected: 'string' | 'object' }
  | { readonly code: 'too_small'; readonly origin: 'string' | 'array'; readonly minimum: 1; readonly inclusive: true }
);

type Sent = BesideContent & { readonly content?: unknown; readonly metadata?: string | null | undefined };

const KEPT = ['tool_calls', 'function_call', 'audio'] as const;
/** Where a message's metadata show what it came with beside its text. */
const SOURCE = 'source';

const partIssue = (part: unknown, i: number): Issue | null => {
  if (typeof part === 'string') return null;
  if (!isFields(part)) return { code: 'invalid_type', expected: 'object', path: ['content', i] };
  if (textOfPart(part) !== undefined) return null;
  const field = part['type'] === 'refusal' ? 'refusal' : 'text';
  return { code: 'invalid_type', expected: 'string', path: ['content', i, field] };
};

/** Of many parts that are none the first will do. */
const firstIssue = (parts: readonly unknown[]): Issue | null => {
  for (const [i, part] of parts.entries()) {
    const issue = partIssue(part, i);
    if (issue) return issue;
  }
  return null;
};

const emptyIssue = (content: unknown): Issue => {
  if (Array.isArray(content) && content.length > 0) {
    return { code: 'custom', path: ['content'], message: 'Content should have a part that is not empty' };
  }
  if (content === '' || Array.isArray(content)) {
    const origin = content === '' ? 'string' : 'array';
    return { code: 'too_small', origin, minimum: 1, inclusive: true, path: ['content'] };
  }
  return { code: 'invalid_type', expected: 'string', path: ['content'] };
};

const contentIssues = (message: Sent): Issue[] => {
  const { content } = message;
  const isList = Array.isArray(content);
  if (!isList && typeof content !== 'string' && content !== null && content !== undefined) {
    return [{ code: 'invalid_type', expected: 'string', path: ['content'] }];
  }
  const ofPart = isList ? firstIssue(content) : null;
  if (ofPart) return [ofPart];
  const problem = problemOf(content, 'Content');
  if (problem) return [{ code: 'custom', message: problem.message, path: ['content', ...problem.path] }];
  return [];
};

const keptIssues = (message: Sent): Issue[] =>
  KEPT.flatMap((field) => {
    const problem = problemOf(message[field], field);
    return problem ? [{ code: 'custom', message: problem.message, path: [field, ...problem.path] }] : [];
  });

const issuesOf = (message: Sent): Issue[] => {
  const issues = [...contentIssues(message), ...keptIssues(message)];
  if (issues.length > 0) return issues;
  return readTurn(message.content, message) ? [] : [emptyIssue(message.content)];
};

const METADATA_TAKEN = `Metadata should have no key '${SOURCE}' here: it shows what the message came with beside its text. Choose another key`;

/** Whether both the client and the server would put something under one key of the metadata. */
const isSourceTaken = (message: Sent): boolean =>
  typeof message.metadata === 'string' &&
  Object.hasOwn(JSON.parse(message.metadata), SOURCE) &&
  readTurn(message.content, message)?.source !== null;

/** Nearly all messages are text alone and pass by everything else. */
const isPlain = ({ content, tool_calls, tool_call_id, function_call, refusal, audio }: Sent): boolean =>
  typeof content === 'string' &&
  content !== '' &&
  content.isWellFormed() &&
  !(tool_calls || tool_call_id || function_call || refusal || audio);

/** A message that has been read: what was said is text, and what came with it is JSON text. */
export type AsTurn<M> = Omit<M, 'content' | keyof BesideContent> & {
  readonly content: string;
  readonly source?: string | undefined;
  readonly foundBy?: string | undefined;
};

/**
 * Takes a message in any shape of chat APIs. A message of the user that holds tool results and nothing else, which
 * is how one API has them, is one of role `tool`; under which role it was sent is kept.
 */
export const asTurn = <S extends z.ZodObject<{ role: z.ZodType<string> }>>(schema: S) =>
  schema
    .superRefine(
      (message, context) => {
        const sent = message as Sent;
        // Fields that are wrong by themselves are here as they came.
        if (!isFields(message) || isPlain(sent) || !Array.isArray(sent.tool_calls ?? [])) return;
        for (const issue of issuesOf(sent)) context.addIssue({ ...issue, path: [...issue.path], input: undefined });
      },
      // Whatever else is wrong with the message: a client hears of all of it at once.
      { when: () => true },
    )
    .superRefine((message, context) => {
      const sent = message as Sent;
      if (isPlain(sent) || !isSourceTaken(sent)) return;
      context.addIssue({ code: 'custom', message: METADATA_TAKEN, path: ['metadata', SOURCE], input: undefined });
    })
    .transform((message): AsTurn<z.output<S>> => {
      const sent = message as Sent & { role: string };
      const { tool_calls, tool_call_id, function_call, refusal, audio, ...rest } = sent;
      const read = isPlain(sent) ? null : readTurn(sent.content, sent);
      const { content, foundBy, source, isResult } = read ?? { content: sent.content, source: null };
      const isAnswer = isResult && sent.role === 'user';
      const kept = isAnswer ? { role: sent.role, ...source } : source;
      return {
        ...rest,
        content,
        ...(isAnswer && { role: 'tool' }),
        ...(kept && { source: JSON.stringify(kept) }),
        ...(foundBy && { foundBy }),
      } as AsTurn<z.output<S>>;
    });
