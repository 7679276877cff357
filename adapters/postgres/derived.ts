import type { KindRules, TaskKind } from '../../src/contract/kinds.ts';
import { PRIORITY, type SequenceRange } from '../../src/contract/outbox.ts';
import type { Ids } from '../../src/platform/ids.ts';
import type { ChangedMessage, Derived, OpenKind, Tasks } from './context.ts';
import type { Transaction } from './transaction.ts';

const isRenamed = ({ renamed }: KindRules['derived'], whose: 'user' | 'agent'): boolean =>
  renamed === 'sessions' || (renamed === 'sessions of the user' && whose === 'user');

/** Voids what was made of messages that change, and files the making of it anew, in the transaction of the change. */
export const openDerived = (kinds: Readonly<Record<string, OpenKind>>, tasks: Tasks, ids: Ids): Derived => {
  const all = Object.entries(kinds).map(([kind, { rules, filing }]) => ({
    kind: kind as TaskKind,
    derived: rules.derived,
    filing,
  }));

  const again = (
    tx: Transaction,
    kind: TaskKind,
    { sequence: _sequence, ...place }: ChangedMessage,
    range: SequenceRange,
  ): Promise<void> =>
    tasks.add(tx, { ...place, ...range, kind, id: ids.uuid(), priority: PRIORITY.normal, dueAt: place.at });

  return {
    edited: async (tx, message) => {
      const alone = { firstSequence: message.sequence, lastSequence: message.sequence };
      await tasks.revive(tx, message, message.at);
      for (const { kind, derived, filing } of all) {
        const voided = await filing.void(tx, message, 'edited');
        // What was not made yet will be made of what the message says now.
        const isLeft = derived.edited === 'range if any' || (await tasks.covers(tx, { ...message, kind }));
        if (voided.length === 0 && isLeft) continue;
        const ranges = derived.edited === 'message' || voided.length === 0 ? [alone] : voided;
        for (const range of ranges) await again(tx, kind, message, range);
      }
    },
    deleted: async (tx, message) => {
      await tasks.revive(tx, message, message.at);
      for (const { kind, derived, filing } of all) {
        const voided = await filing.void(tx, message, 'deleted');
        if (derived.deleted === 'range') for (const range of voided) await again(tx, kind, message, range);
      }
    },
    goesOverRenamed: (whose) => all.some(({ derived }) => isRenamed(derived, whose)),
    renamed: async (tx, session, whose) => {
      const task = { ...session, firstSequence: 1, dueAt: session.at, priority: PRIORITY.low };
      for (const { kind, derived } of all) {
        if (isRenamed(derived, whose)) await tasks.add(tx, { ...task, kind, id: ids.uuid() });
      }
    },
  };
};
