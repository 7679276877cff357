import { MemfuseError } from '../../contract/errors.ts';
import type { OutboxTask, TaskKind } from '../../contract/outbox.ts';
import type { Outcome, Outcomes } from '../../contract/work.ts';
import { bytesOfExtract, completeExtract } from './extract/complete.ts';
import { type ExtractDraft, makeExtractBy } from './extract/make.ts';
import { openReading } from './extract/open-reading.ts';
import { bytesOfIndex, completeIndex } from './index/complete.ts';
import { type IndexDraft, makeIndex } from './index/make.ts';
import type { CompleteContext, KindHandlers, MakeContext, TaskRequest } from './kind.ts';
import { bytesOfNotify, completeNotify } from './notify/complete.ts';
import { makeNotify, type NotifyDraft } from './notify/make.ts';
import { bytesOfSummarise, completeSummarise } from './summarise/complete.ts';
import { makeSummarise, type SummariseDraft } from './summarise/make.ts';

/** The type of a Worker's result, by kind. */
export interface Drafts {
  readonly index: IndexDraft;
  readonly summarise: SummariseDraft;
  readonly extract: ExtractDraft;
  readonly notify: NotifyDraft;
}
export type Draft = Drafts[TaskKind];

/** The code of each kind. A new kind is an entry here, its rules in contract/kinds.ts, its storage in each engine, and a folder. */
export const HANDLERS: { readonly [K in TaskKind]: KindHandlers<Drafts[K], Outcomes[K]> } = {
  index: { make: makeIndex, complete: completeIndex, bytesOf: bytesOfIndex },
  summarise: { make: makeSummarise, complete: completeSummarise, bytesOf: bytesOfSummarise },
  extract: { make: makeExtractBy(openReading), complete: completeExtract, bytesOf: bytesOfExtract },
  notify: { make: makeNotify, complete: completeNotify, bytesOf: bytesOfNotify },
};

/** The handlers of a task whose kind is known at run time only. */
export type Handlers = Readonly<Record<string, KindHandlers<Draft, Outcome>>>;

/** The handlers of a background Worker. */
export type TaskHandlers = { readonly [K in TaskKind]: (request: TaskRequest) => Promise<Drafts[K]> };

export const openTaskHandlers = (context: MakeContext, handlers: Handlers = HANDLERS): TaskHandlers => {
  const whole = readingWhole(context);
  return Object.fromEntries(
    Object.entries(handlers).map(([kind, { make }]) => [kind, (request: TaskRequest) => make(request, whole)]),
  ) as TaskHandlers;
};

/** Reads whole ranges. Errors: `internal` with the place to cut, for one that holds too much. */
export const readingWhole = (context: MakeContext): MakeContext => ({
  ...context,
  work: {
    ...context.work,
    read: async (range, before) => {
      const found = await context.work.read(range, before);
      if (found.cutAt === undefined) return found;
      throw new MemfuseError('internal', 'The range of messages is too long for one task.', {
        cutAt: found.cutAt,
      });
    },
  },
});

/** Does a whole task in this thread, for a request that waits for it. */
export const doTask = async (
  request: TaskRequest,
  { make, complete }: { readonly make: MakeContext; readonly complete: CompleteContext },
  handlers: Handlers = HANDLERS,
): Promise<Outcome> => {
  const handler = handlersOf(handlers, request.task);
  return handler.complete(request.task, await handler.make(request, readingWhole(make)), complete);
};

export const handlersOf = (handlers: Handlers, { kind }: Pick<OutboxTask, 'kind'>): KindHandlers<Draft, Outcome> => {
  const handler = handlers[kind];
  if (!handler) throw new Error(`Nothing does tasks of the kind ${kind}.`);
  return handler;
};
