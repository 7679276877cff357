import type { KindRules, Kinds, TaskKind } from '../../src/contract/kinds.ts';
import { PRIORITY, type SequenceRange } from '../../src/contract/outbox.ts';
import type { Ids } from '../../src/platform/ids.ts';
import type { ChangedMessage, Derived, KindFiling, Tasks } from './writing/context.ts';

const isRenamed = ({ renamed }: KindRules['derived'], whose: 'user' | 'agent'): boolean =>
  renamed === 'sessions' || (renamed === 'sessions of the user' && whose === 'user');

/** Voids what was made of messages that change, and files the making of it anew, in the transaction of the change. */
export const openDerived = (
  kinds: Kinds,
  filings: Readonly<Record<string, KindFiling>>,
  { tasks, ids }: { readonly tasks: Tasks; readonly ids: Ids },
): Derived => {
  const all = Object.entries(kinds).flatMap(([kind, rules]) => {
    const filing = filings[kind];
    return filing ? [{ kind: kind as TaskKind, derived: rules.derived, filing }] : [];
  });

  const again = (kind: TaskKind, { sequence: _sequence, ...place }: ChangedMessage, range: SequenceRange): void =>
    tasks.add({ ...place, ...range, kind, id: ids.uuid(), priority: PRIORITY.normal, dueAt: place.at });

  return {
    edited: (message) => {
      const alone = { firstSequence: message.sequence, lastSequence: message.sequence };
      tasks.revive(message, message.at);
      for (const { kind, derived, filing } of all) {
        const voided = filing.void(message, 'edited');
        // What was not made yet will be made of what the message says now.
        if (voided.length === 0 && (derived.edited === 'range if any' || tasks.covers({ ...message, kind }))) continue;
        const ranges = derived.edited === 'message' || voided.length === 0 ? [alone] : voided;
        for (const range of ranges) again(kind, message, range);
      }
    },
    deleted: (message) => {
      tasks.revive(message, message.at);
      for (const { kind, derived, filing } of all) {
        const voided = filing.void(message, 'deleted');
        if (derived.deleted === 'range') for (const range of voided) again(kind, message, range);
      }
    },
    goesOverRenamed: (whose) => all.some(({ derived }) => isRenamed(derived, whose)),
    renamed: (session, whose) => {
      const task = { ...session, firstSequence: 1, dueAt: session.at, priority: PRIORITY.low };
      for (const { kind, derived } of all) {
        if (isRenamed(derived, whose)) tasks.add({ ...task, kind, id: ids.uuid() });
      }
    },
  };
};
