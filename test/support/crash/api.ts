import type { ServerProcess } from '../server-process.ts';
import type { Wire, WireAnswer } from '../wire.ts';
import type { Batch, LedgerSession, Row } from './ledger.ts';

/** The calls of the API that the crash tests make, over one connection each at a time. */

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const LARGEST_PAGE = 100;

export class UnexpectedAnswerError extends Error {
  constructor(what: string, answer: WireAnswer) {
    super(`${what} was answered ${answer.status}: ${answer.text().slice(0, 300)}`);
    this.name = 'UnexpectedAnswerError';
  }
}

const messagesPath = ({ id }: LedgerSession): string => `/api/v1/sessions/${id}/messages`;
const asMessages = (contents: readonly string[]) => contents.map((content) => ({ role: 'user', content }));

/** Posts a batch as it was first sent, with its key if it has one. */
export const postBatch = (connection: Wire, batch: Batch): Promise<WireAnswer> =>
  connection.send({
    method: 'POST',
    target: messagesPath(batch.session),
    headers: { ...JSON_HEADERS, ...(batch.key !== null && { 'Idempotency-Key': batch.key }) },
    body: JSON.stringify({ messages: asMessages(batch.contents) }),
  });

/** The ids in the answer to a batch. */
export const messageIds = (answer: WireAnswer): readonly string[] => JSON.parse(answer.text()).data.message_ids;

export const rewriteBatch = (connection: Wire, batch: Batch, contents: readonly string[]) =>
  connection.send({
    method: 'PUT',
    target: messagesPath(batch.session),
    headers: JSON_HEADERS,
    body: JSON.stringify({ message_ids: batch.ids, new_messages: asMessages(contents) }),
  });

export const deleteBatch = (connection: Wire, batch: Batch): Promise<WireAnswer> =>
  connection.send({
    method: 'DELETE',
    target: messagesPath(batch.session),
    headers: JSON_HEADERS,
    body: JSON.stringify({ message_ids: batch.ids }),
  });

/** Calls over fetch, for the time in which nothing is killed. Fails on any status of 400 and more. */
export const callApi = async <T>(server: ServerProcess, method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: JSON_HEADERS,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { data: T }).data;
};

/** Every message of a session, oldest first, put together from both ends of the list. */
export const listWhole = async (server: ServerProcess, session: LedgerSession): Promise<Row[]> => {
  const page = async (order: string): Promise<Row[]> => {
    const path = `/sessions/${session.id}/messages?limit=${LARGEST_PAGE}&order=${order}`;
    return (await callApi<{ messages: Row[] }>(server, 'GET', path)).messages;
  };
  const [oldest, newest] = await Promise.all([page('asc'), page('desc')]);
  const seen = new Set(oldest.map(({ id }) => id));
  return [...oldest, ...newest.reverse().filter(({ id }) => !seen.has(id))];
};
