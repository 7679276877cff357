import type { MessageOrder, NewMessage } from '../src/contract/messages.ts';
import type { Page, PageOf } from '../src/contract/pages.ts';
import type { MessageRecord } from '../src/contract/records.ts';
import { AFTER_ALL, cursorsOf, pageOf } from './pages.ts';

/** A message as a statement lists it; `late` when it arrived out of the order of times and ids. */
export type ListedRow = MessageRecord & { sequence: number; late: 0 | 1 | boolean };

export interface ListedSession {
  readonly id: string;
  readonly key: number;
  readonly lateFrom: number | null;
  readonly lastSequence: number;
}

/** Whether messages are in the order of their times and ids among themselves, and between which they lie. */
export const orderOf = (messages: readonly NewMessage[]) => {
  const isNext = ({ createdAt, id }: NewMessage, i: number): boolean => {
    const before = messages[i - 1];
    return !before || (createdAt >= before.createdAt && id > before.id);
  };
  const times = messages.map(({ createdAt }) => createdAt);
  const ids = messages.map(({ id }) => id).sort();
  return {
    inOrder: messages.every(isNext) ? 1 : 0,
    firstCreatedAt: Math.min(...times),
    lastCreatedAt: Math.max(...times),
    firstId: ids[0] ?? '',
    lastId: ids.at(-1) ?? '',
  };
};

/**
 * A page of a session's messages. The statement puts together two ranges that are each in order: what arrived in order,
 * by sequence, and what came late, by an index of its own. So a place in the list is a place in both: the last sequence
 * of what arrived in order, and the time and sequence, or the id, of the last row.
 */
export const messagePages = (
  session: ListedSession,
  { sortBy, order, buffered }: MessageOrder,
  { after, limit, untilNow = false }: Page,
) => {
  const cursors = cursorsOf(['messages', session.key, sortBy, order, buffered ?? null]);
  const isUp = order === 'asc';
  const [start, lastText] = isUp ? [0, ''] : [AFTER_ALL, '\uffff'];
  type TimePlace = readonly [inOrder: number, from: number, below: number, time: number, sequence: number];
  type IdPlace = readonly [inOrder: number, from: number, below: number, id: string];
  // What is buffered is decided for all pages by the first, or a message could move out of those that are still to come.
  const isFirst = after === null;

  /** @param openFrom the sequence of the first message that is buffered, null for none. */
  const spanFrom = (openFrom: number | null) => {
    const end = isFirst && untilNow ? session.lastSequence + 1 : AFTER_ALL;
    const from = isFirst && buffered === true ? (openFrom ?? AFTER_ALL) : 0;
    const below = isFirst && buffered === false ? Math.min(openFrom ?? AFTER_ALL, end) : end;
    const common = [start, from, below] as const;
    const place =
      sortBy === 'timestamp'
        ? cursors.read<TimePlace>(after, [...common, isUp ? -AFTER_ALL : AFTER_ALL, start])
        : cursors.read<IdPlace>(after, [...common, lastText]);
    const [inOrder, spanFrom, spanBelow, last, lastSequence = 0] = place;
    return {
      sessionId: session.id,
      sessionKey: session.key,
      inOrder,
      inOrderBelow: Math.min(spanBelow, session.lateFrom ?? AFTER_ALL),
      from: spanFrom,
      below: spanBelow,
      ...(sortBy === 'timestamp' ? { time: last, sequence: lastSequence } : { id: last }),
      limit: limit + 1,
    };
  };

  return {
    /** Whether the page depends on what is buffered at this moment. */
    needsOpenFrom: isFirst && buffered !== undefined,
    statement: `list_${sortBy}_${order}` as const,
    span: spanFrom,
    page: (rows: readonly ListedRow[], span: ReturnType<typeof spanFrom>): PageOf<MessageRecord> => {
      const page = pageOf(rows, limit, (row) => {
        const lastInOrder = rows.slice(0, limit).findLast(({ late }) => !late)?.sequence ?? span.inOrder;
        const reached = [lastInOrder, span.from, span.below] as const;
        return cursors.write(sortBy === 'timestamp' ? [...reached, row.createdAt, row.sequence] : [...reached, row.id]);
      });
      const records = page.rows.map(({ sequence: _sequence, late: _late, ...record }) => record);
      return { rows: records, next: page.next };
    },
  };
};
