import type { Page, PageOf } from '../contract/pages.ts';
import { type Answer, ok } from './envelope.ts';
import { parseLimit } from './list-parameters.ts';
import type { Rows } from './streamed.ts';

/** What a request says of the part of a list that it wants. */
export interface ListQuery {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The request that is answered: its address is that of the link to the next page. */
export interface Asked {
  readonly query: ListQuery;
  readonly url: string;
}

/** How the rows of a list are shown, and what the answer calls them. */
interface Shown<Name extends string, Row, Wire> {
  readonly name: Name;
  readonly message: string;
  readonly present: (row: Row) => Wire;
}

type Data<Name extends string, Wire> = Record<Name, Wire[]> & { readonly next_cursor?: string | null };

/** An empty cursor begins, as an absent one does. Errors: 400 for a limit that is none. */
export const pageAsked = ({ limit, cursor }: ListQuery): Page => ({ after: cursor || null, limit: parseLimit(limit) });

/** RFC 8288: the address of the next page, which keeps what else was asked for. */
export const linkTo = (url: string, next: string | null): Record<string, string> => {
  if (next === null) return {};
  const { pathname, searchParams } = new URL(url);
  searchParams.set('cursor', next);
  return { Link: `<${pathname}?${searchParams}>; rel="next"` };
};

/** One page. `next_cursor` stands in the data when a cursor was sent: clients of the old server know no such key. */
export const pageAnswer = <Name extends string, Row, Wire>(
  { query, url }: Asked,
  { name, message, present }: Shown<Name, Row, Wire>,
  { rows, next }: PageOf<Row>,
): Answer<Data<Name, Wire>> => {
  const listed = { [name]: rows.map(present) } as Record<Name, Wire[]>;
  return ok(message, query.cursor === undefined ? listed : { ...listed, next_cursor: next }, linkTo(url, next));
};

/** Rows read at a time of a list that is told whole, so that neither memory nor the event loop has much of it at once. */
const ROWS_AT_A_TIME = 100;

type Reader<Row> = (page: Page) => Promise<PageOf<Row>>;

/** A list from its first page to its end. */
async function* whole<Row, Wire>(first: PageOf<Row>, read: Reader<Row>, present: (row: Row) => Wire): Rows {
  let page = first;
  for (;;) {
    yield page.rows.map(present);
    if (page.next === null) return;
    page = await read({ after: page.next, limit: ROWS_AT_A_TIME });
  }
}

/** All rows, as they were told before there were pages, unless `limit` or `cursor` asks for a page. */
export const listAnswer = async <Name extends string, Row, Wire>(
  asked: Asked,
  shown: Shown<Name, Row, Wire>,
  read: Reader<Row>,
): Promise<Answer<Data<Name, Wire>>> => {
  const { limit, cursor } = asked.query;
  if (limit !== undefined || cursor !== undefined) return pageAnswer(asked, shown, await read(pageAsked(asked.query)));
  const { name, message, present } = shown;
  const first = await read({ after: null, limit: ROWS_AT_A_TIME, untilNow: true });
  const answer = ok(message, { [name]: first.rows.map(present) } as Record<Name, Wire[]>);
  return first.next === null ? answer : { ...answer, rows: { name, pages: whole(first, read, present) } };
};
