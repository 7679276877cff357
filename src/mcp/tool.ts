import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import { type ApiCall, ApiRefusal } from '../api/call.ts';

/** For whom a tool is called, by names, and by what means. */
export interface ToolContext {
  readonly call: ApiCall;
  readonly user: string;
  /** Null for the usual one. */
  readonly agent: string | null;
  /** Null when the client names none. */
  readonly session: string | null;
  /** UTC epoch milliseconds. */
  readonly nowMs: number;
}

/** What a tool answers: data for programs, and the same in words for models that read no data. */
export interface ToolAnswer<O> {
  readonly data: O;
  readonly text: string;
}

export interface Tool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For the model: what the tool does, and when to use it. */
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: I;
  readonly output: O;
  run(context: ToolContext, input: z.output<I>): Promise<ToolAnswer<z.output<O>>>;
}

/** Keeps the types of the schemas together while a tool is written down. */
export const tool = <I extends z.ZodObject, O extends z.ZodObject>(definition: Tool<I, O>): Tool => definition as never;

/** It reads, and does so here alone. */
export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
/** It adds, and takes nothing away. */
export const ADDS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

/** It puts something in the place of something else. */
export const CHANGES: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
};
/** It takes away for good. */
export const DELETES: ToolAnnotations = CHANGES;

/** The sentence of a refusal, which the model can act on. Errors: everything else, which is no answer for a model. */
const refused = (error: unknown): CallToolResult => {
  if (!(error instanceof ApiRefusal)) throw error;
  return { isError: true, content: [{ type: 'text', text: error.sentence }] };
};

export const registerTool = (server: McpServer, definition: Tool, context: ToolContext): void => {
  const { name, title, description, annotations, input, output, run } = definition;
  const config = { title, description, annotations, inputSchema: input, outputSchema: output };
  server.registerTool(name, config, async (given: Record<string, unknown>): Promise<CallToolResult> => {
    try {
      const { data, text } = await run(context, given);
      return { content: [{ type: 'text', text }], structuredContent: data };
    } catch (error) {
      return refused(error);
    }
  });
};

/** What a call comes to; `instead` when it is about a user of whom nothing is remembered yet. */
export const unlessUnknown = async <T>(work: Promise<T>, instead: T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404 && error.field === 'user') return instead;
    throw error;
  }
};
