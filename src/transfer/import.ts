import { LRUCache } from 'lru-cache';
import type { CopiedKind, EditCopy } from '../contract/copies.ts';
import { isOutage, MemfuseError } from '../contract/errors.ts';
import type { TaskKind } from '../contract/kinds.ts';
import { PRIORITY } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { type CopyRecord, isCopy } from './copy-records.ts';
import { Copying } from './copying.ts';
import { rowsOf } from './export.ts';
import { type ExportedRecord, foundByOf, type RecordOf, type RecordType, type SingleRecord } from './records.ts';

/** A record of a file, or why there is none, by the line or the place in it. */
export type ReadRecord =
  | { readonly line: number; readonly record: ExportedRecord }
  | { readonly line: number; readonly problem: string };

export interface Problem {
  readonly line: number;
  readonly message: string;
}

export interface ImportOutcome {
  readonly imported: Record<RecordType, number>;
  /** Records that were there already, and facts of messages that are not. */
  readonly skipped: number;
  /** The first of the lines that could not be read. */
  readonly errors: readonly Problem[];
  /** How many those are in all. */
  readonly errorCount: number;
}

/** Of a file with nothing but errors these are enough to see why. */
const MOST_ERRORS = 100;
/** Messages that are stored together, of one session and of all: sessions at once are one commit. */
const MOST_OF_SESSION = 200;
const MOST_MESSAGES = 1_000;
const MOST_CHARACTERS = 1_000_000;
/** Sessions that are known when others come between their messages, and ids of messages and of knowledge. */
const MOST_SESSIONS = 500_000;
const MOST_IDS = 1_000_000;

interface Importing {
  readonly store: Pick<
    Store,
    | 'users'
    | 'retention'
    | 'agents'
    | 'sessions'
    | 'messages'
    | 'knowledge'
    | 'facts'
    | 'episodes'
    | 'copies'
    | 'apiKeys'
  >;
  readonly scope: Scope;
  readonly now: () => number;
  /** The background work that messages give. */
  readonly kinds: readonly TaskKind[];
  /** Whether API keys may be imported. */
  readonly mayAddKeys: boolean;
  /** Whether nothing is stored. */
  readonly isDryRun: boolean;
}

type Message = RecordOf<'message'> & { readonly line: number };

/** A session here, and the work on it whose outcomes the file has. */
interface SessionHere {
  readonly id: string;
  readonly userId: string;
  readonly made: readonly CopiedKind[];
}

/**
 * Stores records in the order in which they come; one that is there already is passed over, so that the same file twice
 * imports once, and one that broke off is imported further. A user, agent or session whose name somebody else has joins that
 * one. What belongs to a user must follow that user's line before the next user's does.
 */
export class Importer {
  readonly #to: Importing;
  readonly #imported: Record<RecordType, number> = {
    user: 0,
    agent: 0,
    session: 0,
    message: 0,
    knowledge: 0,
    api_key: 0,
    entity: 0,
    fact: 0,
    episode: 0,
    forgotten: 0,
    pending: 0,
  };
  #skipped = 0;
  #errorCount = 0;
  readonly #errors: Problem[] = [];
  /** The ids here of those in the file. */
  readonly #users = new Map<string, string>();
  readonly #agents = new Map<string, string>();
  readonly #sessions = new LRUCache<string, SessionHere>({ max: MOST_SESSIONS });
  readonly #copying: Copying;
  /** Ids of the messages that sessions have, and of the knowledge that users have. */
  readonly #known = new LRUCache<string, Set<string>>({
    maxSize: MOST_IDS,
    // A session of more has all the room: read again for each flush it would take time by its square.
    sizeCalculation: ({ size }) => Math.min(MOST_IDS, 1 + size),
  });
  /** Messages to be stored, by session. */
  #waiting = new Map<string, { readonly session: SessionHere; readonly messages: Message[] }>();
  #count = 0;
  #characters = 0;

  constructor(to: Importing) {
    this.#to = to;
    this.#copying = new Copying({
      ...to,
      storeMessages: () => this.#flush(),
      onDone: (type, isAdded) => {
        if (isAdded) this.#imported[type] += 1;
        else this.#skipped += 1;
      },
      onFailure: (lines, error) => {
        const reason = reasonOf(error);
        for (const line of lines) this.#refuse(line, reason);
      },
    });
  }

  /** Imports all records. Errors: those of the store that say nothing of a record, such as a full disk. */
  async import(records: AsyncIterable<ReadRecord>): Promise<ImportOutcome> {
    for await (const read of records) {
      if ('problem' in read) this.#refuse(read.line, read.problem);
      else await this.#take(read.line, read.record);
    }
    await this.#flush();
    await this.#copying.finish();
    return {
      imported: this.#imported,
      skipped: this.#skipped,
      errors: this.#errors.toSorted((a, b) => a.line - b.line),
      errorCount: this.#errorCount,
    };
  }

  #refuse(line: number, message: string): void {
    this.#errorCount += 1;
    if (this.#errors.length < MOST_ERRORS) this.#errors.push({ line, message });
  }

  async #take(line: number, record: ExportedRecord): Promise<void> {
    if (record.type === 'message') return this.#message({ ...record, line });
    if (isCopy(record)) return this.#copy(line, record);
    if (this.#isAgain(record)) return;
    try {
      if (await this.#store(record)) this.#imported[record.type] += 1;
      else this.#skipped += 1;
    } catch (error) {
      this.#refuse(line, reasonOf(error));
    }
  }

  async #copy(line: number, record: CopyRecord): Promise<void> {
    const userId = this.#users.get(record.user_id);
    if (userId === undefined) return this.#refuse(line, `There is no user ${record.user_id} above it.`);
    await this.#copying.take(userId, line, record);
  }

  /** Whether it stands above in the file: one that goes from one user to another and back names each again. */
  #isAgain({ type, id }: SingleRecord): boolean {
    if (type === 'user') return this.#users.has(id);
    if (type === 'agent') return this.#agents.has(id);
    return type === 'session' && this.#sessions.has(id);
  }

  /** False for what was there already. */
  async #store(record: SingleRecord): Promise<boolean> {
    switch (record.type) {
      case 'user':
        return this.#identity(this.#to.store.users, record, this.#users);
      case 'agent':
        return this.#identity(this.#to.store.agents, record, this.#agents);
      case 'session':
        return this.#session(record);
      case 'knowledge':
        return this.#item(record);
      case 'api_key':
        return this.#key(record);
      default:
        return record satisfies never;
    }
  }

  async #identity(
    facet: Importing['store']['users'],
    record: RecordOf<'user' | 'agent'>,
    known: Map<string, string>,
  ): Promise<boolean> {
    const { store, scope, isDryRun } = this.#to;
    const { id, name, description, created_at: at, updated_at: updatedAt } = record;
    const there = (await facet.get(scope, id)) ?? (await facet.findByName(scope, name));
    known.set(id, there?.id ?? id);
    if (there) return false;
    if (isDryRun) return true;
    await facet.create(scope, { id, name, description, at });
    if (record.type === 'user' && record.retention) {
      const { messages_days: messagesDays, half_life_days: halfLifeDays } = record.retention;
      await store.retention.set(scope, id, { messagesDays, halfLifeDays }, at);
    }
    if (updatedAt !== at) await facet.update(scope, id, { at: updatedAt });
    return true;
  }

  async #session(record: RecordOf<'session'>): Promise<boolean> {
    const { store, scope, isDryRun } = this.#to;
    const { id, name, created_at: at, updated_at: updatedAt } = record;
    const userId = this.#ownerOf(record.user_id);
    const agentId = this.#agents.get(record.agent_id);
    if (agentId === undefined) throw new MemfuseError('invalid', `There is no agent ${record.agent_id} above it.`);
    const there = (await store.sessions.get(scope, id)) ?? (await this.#sessionNamed(name, userId));
    this.#sessions.set(id, { id: there?.id ?? id, userId, made: record.made });
    if (there) return false;
    if (isDryRun) return true;
    await store.sessions.create(scope, { id, userId, agentId, name, at });
    if (updatedAt !== at) await store.sessions.update(scope, id, { at: updatedAt });
    return true;
  }

  /** The user of a dry run may not be there. */
  async #sessionNamed(name: string, userId: string) {
    const { store, scope } = this.#to;
    return (await store.users.get(scope, userId)) ? store.sessions.findByName(scope, name, userId) : null;
  }

  async #item(record: RecordOf<'knowledge'>): Promise<boolean> {
    const { store, scope, isDryRun } = this.#to;
    const userId = this.#ownerOf(record.user_id);
    const { id, content, created_at: at, updated_at: updatedAt } = record;
    const ids = await this.#knownOf(userId, async () =>
      (await store.users.get(scope, userId)) ? rowsOf((page) => store.knowledge.list(scope, userId, page)) : [],
    );
    if (ids.has(id)) return false;
    ids.add(id);
    if (isDryRun) return true;
    await store.knowledge.add(scope, userId, [{ id, content }], at);
    if (updatedAt !== at) await store.knowledge.update(scope, userId, [{ id, content }], updatedAt);
    return true;
  }

  async #key(record: RecordOf<'api_key'>): Promise<boolean> {
    const { store, scope, isDryRun, mayAddKeys } = this.#to;
    if (!mayAddKeys) throw new MemfuseError('forbidden', 'API keys are imported with an admin key only.');
    const { id, name, hash, permissions, created_at: at, expires_at: expiresAt } = record;
    if (await store.apiKeys.findByHash(hash)) return false;
    const userId = record.user_id === null ? null : this.#ownerOf(record.user_id);
    if (!isDryRun) {
      await store.apiKeys.create(scope.tenantKey, { id, userId, name, hash, scopes: permissions, at, expiresAt });
    }
    return true;
  }

  #ownerOf(id: string): string {
    const userId = this.#users.get(id);
    if (userId === undefined) throw new MemfuseError('invalid', `There is no user ${id} above it.`);
    return userId;
  }

  async #message(message: Message): Promise<void> {
    const session = this.#sessions.get(message.session_id);
    if (session === undefined) return this.#refuse(message.line, `There is no session ${message.session_id} above it.`);
    const ofSession = this.#waiting.get(session.id)?.messages ?? [];
    ofSession.push(message);
    this.#waiting.set(session.id, { session, messages: ofSession });
    this.#count += 1;
    this.#characters += message.content.length;
    const isMuch = this.#count >= MOST_MESSAGES || this.#characters >= MOST_CHARACTERS;
    if (isMuch || ofSession.length >= MOST_OF_SESSION) await this.#flush();
  }

  /** The ids that a session or a user has, those that came in meanwhile included. */
  async #knownOf(
    owner: string,
    read: () => Promise<AsyncIterable<{ readonly id: string }> | readonly { readonly id: string }[]>,
  ): Promise<Set<string>> {
    let ids = this.#known.get(owner);
    if (ids) return ids;
    ids = new Set();
    for await (const { id } of await read()) ids.add(id);
    this.#known.set(owner, ids);
    return ids;
  }

  /** Stores the messages that wait. */
  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#count = 0;
    this.#characters = 0;
    const stored = [...waiting.values()].map(({ session, messages }) => this.#flushSession(session, messages));
    // None is still being stored when an outage is told.
    await Promise.allSettled(stored);
    await Promise.all(stored);
  }

  async #flushSession(session: SessionHere, messages: readonly Message[]): Promise<void> {
    const sessionId = session.id;
    const { store, scope, isDryRun } = this.#to;
    const known = await this.#knownOf(sessionId, async () =>
      (await store.sessions.get(scope, sessionId))
        ? rowsOf((page) => store.messages.locations(scope, sessionId, page))
        : [],
    );
    const news = messages.filter(({ id }) => !known.has(id) && known.add(id));
    this.#skipped += messages.length - news.length;
    try {
      if (!isDryRun) await this.#append(session, news);
      if (!isDryRun) await this.#date(session, messages);
      this.#known.set(sessionId, known);
      this.#imported.message += news.length;
    } catch (error) {
      for (const { id } of news) known.delete(id);
      const reason = reasonOf(error);
      for (const { line } of news) this.#refuse(line, reason);
    }
  }

  async #append({ id: sessionId, made }: SessionHere, messages: readonly Message[]): Promise<void> {
    const { store, scope, now } = this.#to;
    const kinds = this.#to.kinds.filter((kind) => !(made as readonly TaskKind[]).includes(kind));
    if (messages.length === 0) return;
    const at = now();
    const rows = messages.map(({ id, role, content, name, metadata, source, created_at: createdAt }) => ({
      ...{ id, role, content, name, metadata, source, createdAt },
      foundBy: foundByOf(content, source),
    }));
    const work = { kinds, priority: PRIORITY.low, at, dueAt: at };
    await store.messages.append(scope, sessionId, rows, undefined, work);
  }

  /** Tells when messages were changed, also of those that are there from an import that broke off. */
  async #date({ userId }: SessionHere, messages: readonly Message[]): Promise<void> {
    const { store, scope, now } = this.#to;
    const edits = messages.flatMap(({ id, created_at: createdAt, updated_at: at }): EditCopy[] =>
      createdAt === at ? [] : [{ kind: 'edit', messageId: id, at }],
    );
    if (edits.length > 0) await store.copies.add(scope, userId, edits, now());
  }
}

/** Why a record was refused. Errors: what says nothing of the record is thrown on. */
const reasonOf = (error: unknown): string => {
  const reason = error instanceof MemfuseError ? error.message : null;
  if (reason === null || isOutage(error)) throw error;
  return reason;
};
