import { createHash } from 'node:crypto';
import type { CopiedKind, PendingCopy } from '../contract/copies.ts';
import type { Page, PageOf } from '../contract/pages.ts';
import type { IdentityRecord, Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { copyLine } from './copy-records.ts';
import { FORMAT, lineOf } from './records.ts';

/** Sessions of a user that are kept in mind; more of them are listed once more. */
const MOST_SESSIONS = 1_000;
/** Rows read at a time; a fact comes with all that says it. */
const PAGE = 500;
const FACTS = 50;

type ExportedStore = Pick<
  Store,
  'users' | 'retention' | 'agents' | 'sessions' | 'messages' | 'knowledge' | 'facts' | 'copies' | 'apiKeys'
>;

export async function* rowsOf<Row>(
  read: (page: Page) => Promise<PageOf<Row>>,
  limit = PAGE,
): AsyncGenerator<Row, void> {
  for (let after: string | null = null; ; ) {
    const { rows, next }: PageOf<Row> = await read({ after, limit, untilNow: true });
    yield* rows;
    if (next === null) return;
    after = next;
  }
}

/** What an export is about. */
export interface Exported {
  readonly store: ExportedStore;
  readonly scope: Scope;
  /** The work that this server does and whose outcomes go with the messages. */
  readonly made: readonly CopiedKind[];
  /** The time of the export. */
  readonly at: number;
}

async function* linesOfUser(
  { store, scope, made }: Exported,
  user: IdentityRecord,
  agents: Set<string>,
): AsyncGenerator<string> {
  yield lineOf.user(user, await store.retention.get(scope, user.id));
  for await (const item of rowsOf((page) => store.knowledge.list(scope, user.id, page))) yield lineOf.knowledge(item);
  const pending: PendingCopy[] = [];
  const sessionIds: string[] = [];
  for await (const session of rowsOf((page) => store.sessions.list(scope, { userId: user.id }, page))) {
    if (sessionIds.length <= MOST_SESSIONS) sessionIds.push(session.id);
    if (!agents.has(session.agentId)) {
      const agent = await store.agents.get(scope, session.agentId);
      if (agent) yield lineOf.agent(agent);
      agents.add(session.agentId);
    }
    yield lineOf.session(session, made);
    const order = { sortBy: 'timestamp', order: 'asc' } as const;
    for await (const message of rowsOf((page) => store.messages.list(scope, session.id, order, page))) {
      yield lineOf.message(message);
    }
    // Before the facts are read: what is done meanwhile is told twice, and nothing is left out.
    for await (const work of rowsOf((page) => store.copies.pending(scope, session.id, page))) {
      if (made.includes(work.work)) pending.push(work);
    }
  }
  // Without messages nothing was made.
  if (sessionIds.length === 0) return;
  yield* linesOfCopies({ store, scope }, user.id, sessionIds.length > MOST_SESSIONS ? null : sessionIds);
  for (const work of pending) yield copyLine(work, user.id);
}

async function* sessionIdsOf({ store, scope }: Pick<Exported, 'store' | 'scope'>, userId: string) {
  for await (const { id } of rowsOf((page) => store.sessions.list(scope, { userId }, page))) yield id;
}

/** What was made of a user's messages. @param sessionIds null when they are too many to be kept in mind. */
async function* linesOfCopies(
  { store, scope }: Pick<Exported, 'store' | 'scope'>,
  userId: string,
  sessionIds: readonly string[] | null,
): AsyncGenerator<string> {
  for await (const { id, name, kind } of rowsOf((page) => store.facts.entities(scope, userId, page))) {
    yield copyLine({ kind: 'entity', id, name, entityKind: kind }, userId);
  }
  for await (const fact of rowsOf((page) => store.copies.facts(scope, userId, page), FACTS))
    yield copyLine(fact, userId);
  for await (const episode of rowsOf((page) => store.copies.episodes(scope, userId, page))) {
    yield copyLine(episode, userId);
  }
  // Below the facts, of which an import passes over what a person deleted there.
  for await (const id of sessionIds ?? sessionIdsOf({ store, scope }, userId)) {
    for await (const forgotten of rowsOf((page) => store.copies.forgotten(scope, id, page))) {
      yield copyLine(forgotten, userId);
    }
  }
}

/** Puts a first and a last line around lines, the last with their number and the digest of all above it. */
async function* framed(lines: AsyncIterable<string>, about: object): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const out = (line: string): string => {
    const text = `${line}\n`;
    digest.update(text);
    return text;
  };
  yield out(JSON.stringify({ memfuse_export: FORMAT, ...about }));
  let records = 0;
  for await (const line of lines) {
    records += 1;
    yield out(line);
  }
  yield `${JSON.stringify({ end: true, records, sha256: digest.digest('hex') })}\n`;
}

/** Everything of one user, as lines. What is added meanwhile may be in it or not. Errors: those of the store. */
export const exportUser = (exported: Exported, user: IdentityRecord): AsyncGenerator<string> =>
  framed(linesOfUser(exported, user, new Set()), { created_at: new Date(exported.at).toISOString(), user: user.name });

async function* linesOfAll(exported: Exported): AsyncGenerator<string> {
  const { store, scope } = exported;
  const agents = new Set<string>();
  for await (const agent of rowsOf((page) => store.agents.list(scope, page))) {
    agents.add(agent.id);
    yield lineOf.agent(agent);
  }
  const users = new Map<number, string>();
  for await (const user of rowsOf((page) => store.users.list(scope, page))) {
    users.set(user.key, user.id);
    yield* linesOfUser(exported, user, agents);
  }
  // Who sees one user sees that user's keys.
  const owner = scope.userKey === null ? null : (users.get(scope.userKey) ?? null);
  for await (const key of rowsOf((page) => store.apiKeys.list(scope.tenantKey, owner, page))) {
    const userId = key.userKey === null ? null : (users.get(key.userKey) ?? null);
    if (key.userKey === null || userId !== null) yield lineOf.apiKey({ ...key, userId });
  }
}

/** Everything that a scope sees: agents, users with all of theirs, and API keys without their secrets. */
export const exportAll = (exported: Exported): AsyncGenerator<string> =>
  framed(linesOfAll(exported), { created_at: new Date(exported.at).toISOString() });
