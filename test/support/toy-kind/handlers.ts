import type { OutcomeHeader } from '../../../src/contract/work.ts';
import { HANDLERS, type Handlers } from '../../../src/memory/kinds/handlers.ts';
import type { DraftHeader, KindHandlers } from '../../../src/memory/kinds/kind.ts';
import { TOY } from './rules.ts';

export interface ToyDraft extends DraftHeader {
  readonly letters: readonly { readonly sequence: number; readonly speaker: string; readonly letters: number }[];
}

export interface ToyOutcome extends OutcomeHeader {
  readonly kind: string;
  readonly counted: ToyDraft['letters'];
}

export const toyHandlers: KindHandlers<ToyDraft, ToyOutcome> = {
  make: async ({ task }, { work }) => {
    const { messages, version } = await work.read(task);
    const letters = messages.map(({ sequence, name, usualSpeaker, content }) => ({
      sequence,
      speaker: name ?? usualSpeaker ?? '',
      letters: content.replaceAll(/\W/g, '').length,
    }));
    return { kind: TOY, version, rounds: new Set(messages.map(({ round }) => round)).size, letters };
  },
  complete: async (task, { version, letters }, { owner, clock }) => {
    const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
    const place = { taskKey, owner, tenantKey, userKey, sessionKey, firstSequence, lastSequence };
    return { kind: TOY, ...place, version, counted: letters, at: clock.now() };
  },
  bytesOf: ({ counted }) => counted.length,
};

export const HANDLERS_WITH_TOY: Handlers = { ...HANDLERS, [TOY]: toyHandlers as unknown as Handlers[string] };
