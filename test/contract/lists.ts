import type { MessageLocation, MessageOrder } from '../../src/contract/messages.ts';
import type { TaskFilter, TaskRecord } from '../../src/contract/outbox.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { MessageRecord, Scope } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';

/** A page that holds all that a test makes. */
export const WHOLE: Page = { after: null, limit: 1_000_000 };

export const rowsIn = async <Row>(page: Promise<PageOf<Row>>): Promise<Row[]> => (await page).rows;

/** The first messages of a session in an order, all of them when nobody says how many. */
export const messagesOf = (
  store: Pick<Store, 'messages'>,
  scope: Scope,
  sessionId: string,
  { limit = WHOLE.limit, ...order }: MessageOrder & { readonly limit?: number },
): Promise<MessageRecord[]> => rowsIn(store.messages.list(scope, sessionId, order, { after: null, limit }));

export const tasksOf = (store: Pick<Store, 'outbox'>, scope: Scope, filter: TaskFilter = {}): Promise<TaskRecord[]> =>
  rowsIn(store.outbox.list(scope, filter, WHOLE));

export const locationsOf = (
  store: Pick<Store, 'messages'>,
  scope: Scope,
  sessionId: string,
): Promise<MessageLocation[]> => rowsIn(store.messages.locations(scope, sessionId, WHOLE));
