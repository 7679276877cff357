import { LRUCache } from 'lru-cache';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { KindRules } from '../../src/contract/kinds.ts';
import type { AppendedToSession, FollowingWork, NewMessage } from '../../src/contract/messages.ts';
import type { Once } from '../../src/contract/once.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import { orderOf } from '../message-lists.ts';
import type { AppendOne } from './appending.ts';
import { claimOf } from './claims.ts';
import type { Context } from './context.ts';
import { isBroken } from './errors.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import sessionsSql from './sql/sessions.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf, toStored } from './text.ts';

/** Rounds in one group at most, and bytes of their messages, so that the first of a burst does not wait for all of it. */
const MAX_GROUP = 256;
const MAX_GROUP_CHARACTERS = 4 * 1_048_576;
/** The rounds of so few sessions go a call for each session, at the same time: a group costs more than it saves. */
const FEW = 3;
/** Groups on their way at once: a second one, so that one which waits for a lock does not hold up all adds. */
const GROUPS_AT_ONCE = 2;
/** Rounds waiting at most. */
const MAX_WAITING = 10_000;
/** Sessions whose user is remembered: both stay the same as long as the session is there. */
const MAX_ROUTES = 100_000;

const messages = openStatements(messagesSql);
const sessions = openStatements(sessionsSql);

type Route = { readonly userKey: number; readonly sessionKey: number };

type GroupContext = Pick<Context, 'pool' | 'ids'> & {
  readonly kinds: Readonly<Record<string, { readonly rules: KindRules }>>;
};

interface Waiting {
  readonly scope: Scope;
  readonly sessionId: string;
  readonly messages: readonly NewMessage[];
  readonly once: Once | undefined;
  readonly work: FollowingWork;
  readonly characters: number;
  /** Two rounds of one claim do not go into one group. */
  readonly claim: string | null;
  readonly resolve: (appended: AppendedToSession) => void;
  readonly reject: (error: unknown) => void;
}

interface AddedRow {
  readonly place: number;
  readonly userKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly tasks: readonly OutboxTask[] | null;
}

const storedOrNull = (text: string | null | undefined): string | null => (text == null ? null : toStored(text));

/** A round as the function `append_rounds` takes it. */
const roundOf = (
  { scope, once, work, messages: given, ...one }: Waiting,
  { userKey, sessionKey }: Route,
  place: number,
  context: Omit<GroupContext, 'pool'>,
) => {
  const { tenantKey } = scope;
  const { inOrder, firstCreatedAt, lastCreatedAt, firstId, lastId } = orderOf(given);
  const claim = once && claimOf(tenantKey, userKey, once);
  return {
    place,
    user_key: userKey,
    tenant_key: tenantKey,
    session_key: sessionKey,
    ...(once &&
      claim && {
        bound_to: claim.boundTo,
        method: toStored(claim.method),
        path: toStored(claim.path),
        claim: toStored(claim.key),
        body_hash: toStored(once.bodyHash),
        ids: toStored(JSON.stringify(given.map(({ id }) => id))),
        claimed_at: once.at,
      }),
    count: given.length,
    in_order: inOrder === 1,
    first_created_at: firstCreatedAt,
    last_created_at: lastCreatedAt,
    first_id: toStored(firstId),
    last_id: toStored(lastId),
    messages: given.map((message, i) => ({
      number: i + 1,
      id: toStored(message.id),
      role: message.role,
      content: toStored(message.content),
      name: storedOrNull(message.name),
      metadata: storedOrNull(message.metadata),
      source: storedOrNull(message.source),
      found_by: storedOrNull(message.foundBy),
      created_at: message.createdAt,
    })),
    kinds: work.kinds.map((kind, number) => ({
      number,
      kind,
      queue: context.kinds[kind]?.rules.queue,
      id: context.ids.uuid(),
    })),
    priority: work.priority,
    at: work.at,
    due_at: work.dueAt,
    session_id: one.sessionId,
  };
};

/**
 * Gathers rounds of messages into groups: while some are on their way the next group collects, so that under load a commit is
 * shared by many requests, and an idle server answers after one. A round that a group leaves out, because its session is not
 * there or its claim exists, goes by itself, with every rule; so does each round of a group that fails as a whole.
 */
export class AppendGroups {
  readonly #context: GroupContext;
  readonly #appendOne: AppendOne;
  readonly #routes = new LRUCache<string, Route>({ max: MAX_ROUTES });
  /** Sessions of rounds that are under way: the next ones of theirs wait, so that rounds keep the order in which they came. */
  readonly #busy = new Set<string>();
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(context: GroupContext, appendOne: AppendOne) {
    this.#context = context;
    this.#appendOne = appendOne;
  }

  append: AppendOne = (scope, sessionId, given, once, work) => {
    // Nothing to add, or messages that are nobody's work: that is seldom, and has rules of its own.
    if (given.length === 0 || !work) return this.#appendOne(scope, sessionId, given, once, work);
    if (this.#waiting.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} writes are waiting for the database already. Send the request again later.`;
      return Promise.reject(new MemfuseError('overloaded', message));
    }
    const characters = given.reduce((sum, { content }) => sum + content.length, 0);
    const claim = once ? JSON.stringify([scope.tenantKey, once.userKey, once.method, once.path, once.key]) : null;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ scope, sessionId, messages: given, once, work, characters, claim, resolve, reject });
      this.#schedule();
    });
  };

  /** One turn of the event loop later, so that requests that arrived together leave together. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= GROUPS_AT_ONCE || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const group = this.#nextGroup();
      // All that wait are of sessions that are under way: whoever ends next looks again.
      if (group.length === 0) return;
      for (const { sessionId } of group) this.#busy.add(sessionId);
      this.#underWay += 1;
      this.#send(group).finally(() => {
        for (const { sessionId } of group) this.#busy.delete(sessionId);
        this.#underWay -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  #nextGroup(): Waiting[] {
    const [group, later, claims] = [[] as Waiting[], [] as Waiting[], new Set<string>()];
    const blocked = new Set(this.#busy);
    let characters = 0;
    for (const one of this.#waiting) {
      const fits =
        group.length < MAX_GROUP && (group.length === 0 || characters + one.characters <= MAX_GROUP_CHARACTERS);
      if (!fits || blocked.has(one.sessionId) || (one.claim !== null && claims.has(one.claim))) {
        blocked.add(one.sessionId);
        later.push(one);
        continue;
      }
      group.push(one);
      characters += one.characters;
      if (one.claim !== null) claims.add(one.claim);
    }
    this.#waiting = later;
    return group;
  }

  async #send(group: readonly Waiting[]): Promise<void> {
    const bySession = Object.values(Object.groupBy(group, ({ sessionId }) => sessionId)) as Waiting[][];
    const parts = bySession.length <= FEW ? bySession : [group];
    await Promise.all(parts.map((part) => this.#sendTogether(part)));
  }

  async #sendTogether(group: readonly Waiting[]): Promise<void> {
    let left = group;
    try {
      const added = await this.#addRounds(group);
      left = group.filter((one, place) => {
        const appended = added.get(place);
        if (appended) one.resolve(appended);
        return !appended;
      });
    } catch (error) {
      // It may have been committed.
      if (isBroken(error) || error instanceof MemfuseError) {
        for (const { reject } of group) reject(error);
        return;
      }
    }
    await Promise.all(left.map((one) => this.#sendAlone(one)));
  }

  async #sendAlone({ scope, sessionId, messages: given, once, work, resolve, reject }: Waiting): Promise<void> {
    await this.#appendOne(scope, sessionId, given, once, work).then(resolve, reject);
  }

  /** What was added of a group, by place. */
  async #addRounds(group: readonly Waiting[]): Promise<Map<number, AppendedToSession>> {
    const routes = await this.#routesOf(group);
    const rounds = group.flatMap((one, place) => {
      const route = routes.get(one.sessionId);
      const isSeen = route && (one.scope.userKey === null || one.scope.userKey === route.userKey);
      return isSeen ? [roundOf(one, route, place, this.#context)] : [];
    });
    if (rounds.length === 0) return new Map();
    const values = { rounds: JSON.stringify(rounds) };
    const rows = await messages.all<AddedRow>(this.#context.pool, 'append_rounds', values);
    return new Map(
      rows.map(({ place, userKey, sessionKey, firstSequence, lastSequence, tasks }) => {
        const one = group[place] as Waiting;
        const round = { userKey, sessionKey, firstSequence, lastSequence };
        const ids = one.messages.map(({ id }) => id);
        const ofKinds = one.work.kinds.flatMap((kind) => tasks?.find((task) => task.kind === kind) ?? []);
        return [place, { ids, replayed: false, userKey, round, tasks: ofKinds }];
      }),
    );
  }

  async #routesOf(group: readonly Waiting[]): Promise<Map<string, Route>> {
    const routes = new Map<string, Route>();
    const unknown = new Set<string>();
    for (const { sessionId } of group) {
      const route = this.#routes.get(sessionId);
      if (route) routes.set(sessionId, route);
      else unknown.add(sessionId);
    }
    if (unknown.size > 0) {
      const found = await sessions.all<Route & { id: string }>(this.#context.pool, 'routes', {
        ids: arrayOf([...unknown]),
      });
      for (const { id, ...route } of found) {
        routes.set(id, route);
        this.#routes.set(id, route);
      }
    }
    return routes;
  }
}
