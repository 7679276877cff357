import type { messages } from '../api/messages.ts';
import type { BodyOf } from '../api/operation.ts';
import type { Settings } from '../config/schema.ts';
import type { IncomingMessage } from '../memory/memory-layer.ts';
import type { Stage } from '../memory/stages.ts';
import { createLimits } from './limits.ts';

type SentMessage = BodyOf<typeof messages.add>['messages'][number];

/** What came of an add. */
export interface Added {
  readonly ids: readonly string[];
  readonly transferTriggered: boolean;
  readonly backgroundQueued: boolean;
  readonly reached: boolean | null;
}

/** What adding messages has in common, by whatever name of the session. */
export const createAdding = (settings: () => Settings['server']) => {
  const limits = createLimits(settings);
  return {
    /** Errors: 422 for what is larger than the owner of the server lets it be. */
    assertSizes: (field: string, items: readonly Pick<SentMessage, 'content' | 'source'>[]): void => {
      items.forEach(({ content, source }, i) => {
        limits.text([field, i, 'content'], content);
        if (source !== undefined) limits.source([field, i], source);
      });
    },
    incoming: (sent: readonly SentMessage[]): IncomingMessage[] =>
      sent.map(({ role, content, source, foundBy, created_at, name, metadata }) => ({
        role,
        content,
        source,
        foundBy,
        name: name ?? null,
        metadata: metadata ?? null,
        createdAt: created_at ?? null,
      })),
    present: (added: Added, waitFor: { readonly stage: Stage } | undefined) => ({
      message_ids: added.ids,
      transfer_triggered: added.transferTriggered,
      total_messages: added.ids.length,
      buffer_status: 'success' as const,
      background_queued: added.backgroundQueued,
      ...(waitFor && { stage: waitFor.stage, reached: added.reached ?? true }),
    }),
  };
};
