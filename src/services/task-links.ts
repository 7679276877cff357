import { LRUCache } from 'lru-cache';
import type { BackgroundContext } from '../memory/background-context.ts';
import type { MemoryLayer } from '../memory/memory-layer.ts';
import type { SpanPlace, Tracing } from '../platform/tracing.ts';

/** Tasks whose requests are remembered, and requests of each. A task of another process, or of another start, links to none. */
const MOST_TASKS = 10_000;
const MOST_LINKS = 16;

/** Which requests caused a task of the background: those whose messages it is about. */
export type TaskLinks = LRUCache<number, readonly SpanPlace[]>;

export const createTaskLinks = (): TaskLinks => new LRUCache({ max: MOST_TASKS });

/** A memory layer whose additions are spans, and are known as the causes of their tasks. Without tracing it is the same. */
export const tracedMemory = (memory: MemoryLayer, tracing: Tracing, links: TaskLinks): MemoryLayer => {
  if (!tracing.isOn) return memory;
  const traced = <A extends { readonly tasks: readonly { readonly key: number }[] }>(
    messages: number,
    add: () => Promise<A>,
  ): Promise<A> =>
    tracing.span('store messages', { facts: { messages } }, async () => {
      const added = await add();
      const place = tracing.current();
      for (const { key } of place ? added.tasks : []) {
        const known = links.get(key) ?? [];
        if (place && known.length < MOST_LINKS) links.set(key, [...known, place]);
      }
      return added;
    });
  return {
    processBatch: (scope, sessionId, messages, ...rest) =>
      traced(messages.length, () => memory.processBatch(scope, sessionId, messages, ...rest)),
    processNamed: (scope, names, messages, ...rest) =>
      traced(messages.length, () => memory.processNamed(scope, names, messages, ...rest)),
  };
};

/** A span for each try of a task, linked to the requests that caused it. */
export const tracedTasks =
  (tracing: Tracing, links: TaskLinks): NonNullable<BackgroundContext['around']> =>
  (task, run) => {
    const { key, id, kind, firstSequence, lastSequence, attempts } = task;
    const facts = { 'memfuse.task_id': id, kind, attempts, messages: lastSequence - firstSequence + 1 };
    return tracing.span(`background ${kind}`, { isApart: true, facts, links: links.get(key) ?? [] }, run);
  };
