import { STAGED_KINDS } from '../contract/kinds.ts';
import type { Appended, AppendedByName, AppendedToSession, NewMessage } from '../contract/messages.ts';
import type { Once } from '../contract/once.ts';
import { PRIORITY, type TaskKind } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import { withMadeUpName } from './session-name.ts';

/** A message as a client sends it; `createdAt` null is now. */
export type IncomingMessage = Omit<NewMessage, 'id' | 'createdAt'> & { readonly createdAt: number | null };

/** Whose conversation messages belong to, by names; null for the usual agent, and for a session of its own. */
export interface Names {
  readonly user: string;
  readonly agent: string | null;
  readonly session: string | null;
}

/** Whom a conversation is with when nobody is named: the name that clients of the old server make up. */
export const USUAL_AGENT = 'agent_default';

export interface MemoryLayer {
  /**
   * Takes the messages of one POST: mints their ids and stores them as one round of raw memory (M0), together with the
   * background work that they give. When it resolves they are on disk and every reader sees them. Errors: `not_found` of
   * the session, `idempotency_mismatch`, `overloaded`, `storage_unavailable`.
   *
   * @param isAwaited somebody waits for the work: it is urgent, for whatever process comes to it, and due at once.
   */
  processBatch(
    scope: Scope,
    sessionId: string,
    messages: readonly IncomingMessage[],
    once?: Once,
    isAwaited?: boolean,
  ): Promise<AppendedToSession>;
  /** The same by names; what is missing of them is made with the messages. Errors: those of `appendByName`. */
  processNamed(
    scope: Scope,
    names: Names,
    messages: readonly IncomingMessage[],
    once?: Once,
    isAwaited?: boolean,
  ): Promise<AppendedByName>;
}

export interface MemoryLayerOptions {
  /** How long a round waits for others before its task is due. */
  readonly idleMs: () => number;
  /** The work that messages give: every kind on which a stage depends, when left out. */
  readonly kinds?: () => readonly TaskKind[];
  /** Counts the messages that are stored. */
  readonly counts?: { messages: number };
}

export const createMemoryLayer = (
  store: Store,
  clock: Clock,
  ids: Ids,
  { idleMs, kinds = () => STAGED_KINDS, counts = { messages: 0 } }: MemoryLayerOptions,
): MemoryLayer => {
  const stored = <A extends Appended>(appended: A): A => {
    if (appended.round) counts.messages += appended.ids.length;
    return appended;
  };
  const prepare = (messages: readonly IncomingMessage[], at: number, isAwaited: boolean) => ({
    minted: messages.map((message) => ({ ...message, id: ids.uuid(), createdAt: message.createdAt ?? at })),
    work: {
      kinds: kinds(),
      priority: isAwaited ? PRIORITY.high : PRIORITY.normal,
      at,
      dueAt: isAwaited ? at : at + idleMs(),
    },
  });
  return {
    processBatch: async (scope, sessionId, messages, once, isAwaited = false) => {
      const { minted, work } = prepare(messages, clock.now(), isAwaited);
      return stored(await store.messages.append(scope, sessionId, minted, once, work));
    },
    processNamed: async (scope, { user, agent, session }, messages, once, isAwaited = false) => {
      const at = clock.now();
      const { minted, work } = prepare(messages, at, isAwaited);
      const named = {
        user: { id: ids.uuid(), name: user },
        agent: { id: ids.uuid(), name: agent ?? USUAL_AGENT, isGiven: agent !== null },
        at,
      };
      const append = (name: string) => {
        const conversation = { ...named, session: { id: ids.uuid(), name, isGiven: session !== null } };
        return store.messages.appendByName(scope, conversation, minted, once, work);
      };
      const appending =
        session === null ? withMadeUpName(ids, { user, agent: named.agent.name }, append) : append(session);
      return stored(await appending);
    },
  };
};
