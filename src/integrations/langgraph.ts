import { MemFuse, MemFuseError, type MemFuseOptions, type Session } from '../client/index.ts';
import {
  type Item,
  itemOf,
  type Kept,
  messageOf,
  nameOf,
  type Place,
  placeOf,
  under,
  type Value,
} from './langgraph/item.ts';
import { endsWith, matches, startsWith } from './langgraph/matches.ts';
import {
  assertNamespace,
  isGet,
  isPut,
  isSearch,
  type ListNamespacesOperation,
  type Operation,
  type PutOperation,
  type SearchOperation,
} from './langgraph/operations.ts';

export interface StoreOptions extends MemFuseOptions {
  /** A client that exists, in place of one made of `baseUrl`, `apiKey` and so on. */
  readonly client?: MemFuse | undefined;
  /** Whose memory holds the items: the name of a user, or how a namespace, or the prefix of one, names the user. */
  readonly user: string | ((namespace: readonly string[]) => string);
  /** The name of the agent with whose sessions the items are kept; `agent_default` when absent. */
  readonly agent?: string | undefined;
}

export interface FoundItem extends Item {
  /** The chance that the item answers the query; absent without one. */
  readonly score?: number;
}

interface Owner {
  readonly userId: string;
  readonly agentId: string;
}

const MOST_RESULTS = 1_000;
const CALLS_AT_A_TIME = 8;
/** How often a put begins anew, when what it found has been deleted meanwhile. */
const TRIES = 3;
const MOST_OWNERS = 1_000;

const isMissing = (error: unknown): boolean => error instanceof MemFuseError && error.status === 404;

/** Null in place of what is not there. */
const orNull = async <T>(call: Promise<T>): Promise<T | null> => {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const someAtATime = async <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += CALLS_AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(from, from + CALLS_AT_A_TIME).map(act))));
  }
  return results;
};

/**
 * LangGraph's `BaseStore` over MemFuse. Each item is the one message of a session that is named by namespace and key: the text
 * that search finds, and the value beside it, which comes back as it was put.
 *
 * @example
 * const graph = builder.compile({ store: new MemFuseStore({ user: 'alice' }) });
 */
export class MemFuseStore {
  readonly #client: MemFuse;
  readonly #options: StoreOptions;
  readonly #owners = new Map<string, Promise<Owner>>();

  /** Errors: `TypeError` for a `baseUrl` that is no address of a server. */
  constructor(options: StoreOptions) {
    this.#options = options;
    this.#client = options.client ?? new MemFuse(options);
  }

  start(): void {}

  stop(): void {}

  async get(namespace: string[], key: string): Promise<Item | null> {
    return this.#get({ namespace, key });
  }

  /** Items under a namespace, the oldest first, or with a `query` the best first. */
  async search(
    namespacePrefix: string[],
    options: Omit<SearchOperation, 'namespacePrefix'> = {},
  ): Promise<FoundItem[]> {
    return this.#search({ ...options, namespacePrefix });
  }

  /** When it answers, the item is on disk and can be found. */
  async put(namespace: string[], key: string, value: Value, index?: false | string[]): Promise<void> {
    await this.#put({ namespace, key, value, index });
  }

  async delete(namespace: string[], key: string): Promise<void> {
    await this.#put({ namespace, key, value: null });
  }

  async listNamespaces({
    prefix,
    suffix,
    ...options
  }: Omit<ListNamespacesOperation, 'matchConditions'> & {
    readonly prefix?: string[] | undefined;
    readonly suffix?: string[] | undefined;
  } = {}): Promise<string[][]> {
    const matchConditions = [
      ...(prefix ? [{ matchType: 'prefix' as const, path: prefix }] : []),
      ...(suffix ? [{ matchType: 'suffix' as const, path: suffix }] : []),
    ];
    return this.#namespaces({ ...options, matchConditions });
  }

  /** Reads first, then writes; of several writes to one item the last. */
  // biome-ignore lint/suspicious/noExplicitAny: LangGraph's type of it hangs on its own types of the operations.
  async batch(operations: readonly Operation[]): Promise<any> {
    const results: unknown[] = await someAtATime(operations, async (operation) => {
      if (isPut(operation)) return undefined;
      if (isGet(operation)) return this.#get(operation);
      return isSearch(operation) ? this.#search(operation) : this.#namespaces(operation);
    });
    const puts = new Map(operations.filter(isPut).map((put) => [nameOf(put), put]));
    await someAtATime([...puts.values()], (put) => this.#put(put));
    return results;
  }

  async #get(place: Place): Promise<Item | null> {
    const owner = await this.#known(place.namespace);
    const session = owner && (await orNull(this.#client.sessions.getByName(nameOf(place), owner.userId)));
    const [kept] = session ? await this.#messages(session.id) : [];
    return kept ? this.#itemOf(place, kept) : null;
  }

  async #put({ namespace, key, value, index = ['$'] }: PutOperation): Promise<void> {
    const place = { namespace, key };
    if (value === null) return this.#delete(place);
    assertNamespace(namespace);
    const message = messageOf(place, value, index);
    for (let tried = 1; ; tried += 1) {
      try {
        const owner = await this.#owner(namespace);
        const body = { user_id: owner.userId, agent_id: owner.agentId, name: nameOf(place) };
        const { session } = await this.#client.call('createSession', { body, query: { get_or_create: 'true' } });
        return await this.#write(session, message);
      } catch (error) {
        if (!isMissing(error) || tried >= TRIES) throw error;
        this.#owners.delete(this.#userOf(namespace));
      }
    }
  }

  async #write({ id }: Session, message: ReturnType<typeof messageOf>): Promise<void> {
    const [newest, ...older] = await this.#messages(id);
    if (newest) {
      await this.#client.sessions.updateMessages(id, { message_ids: [newest.id], new_messages: [message] });
    } else {
      await this.#client.sessions.addMessages(id, [message]);
      // Of several that put an item for the first time at once, the last one counts.
      older.push(...(await this.#messages(id)).slice(1));
    }
    for (const each of older) await orNull(this.#client.sessions.deleteMessages(id, [each.id]));
  }

  async #delete(place: Place): Promise<void> {
    const owner = await this.#known(place.namespace);
    const session = owner && (await orNull(this.#client.sessions.getByName(nameOf(place), owner.userId)));
    if (session) await orNull(this.#client.sessions.delete(session.id));
  }

  async #search({ namespacePrefix, query, filter, limit = 10, offset = 0 }: SearchOperation): Promise<FoundItem[]> {
    if (query === undefined || query.trim() === '') return this.#list(namespacePrefix, filter, offset, limit);
    const body = {
      user: this.#userOf(namespacePrefix),
      query,
      // What a filter leaves out is not known before the values are.
      top_k: filter ? MOST_RESULTS : Math.min(MOST_RESULTS, offset + limit),
      filters: { types: ['message' as const], metadata: under(namespacePrefix) },
      fields: 'all' as const,
    };
    const found = await orNull(this.#client.call('searchMemories', { body }));
    const items = (found?.results ?? []).flatMap((result): FoundItem[] => {
      const place = placeOf(result.metadata.session_name);
      const { created_at, updated_at } = result;
      const times = created_at && updated_at ? { created_at, updated_at } : null;
      const item = place && times && itemOf(place, result.message_metadata, times);
      return item && matches(item.value, filter) ? [{ ...item, score: result.score }] : [];
    });
    return items.slice(offset, offset + limit);
  }

  async #list(prefix: readonly string[], filter: SearchOperation['filter'], offset: number, limit: number) {
    const items: Item[] = [];
    let waiting: { readonly place: Place; readonly id: string }[] = [];
    const read = async (): Promise<void> => {
      const read = await someAtATime(waiting, async ({ place, id }) => {
        // A session that was deleted meanwhile held nothing.
        const [kept] = (await orNull(this.#messages(id))) ?? [];
        return kept ? this.#itemOf(place, kept) : null;
      });
      items.push(...read.filter((item) => item !== null).filter(({ value }) => matches(value, filter)));
      waiting = [];
    };
    for await (const { name, id } of this.#sessions(prefix)) {
      const place = placeOf(name);
      if (!place || !startsWith(place.namespace, prefix)) continue;
      waiting.push({ place, id });
      if (waiting.length === CALLS_AT_A_TIME) await read();
      if (items.length >= offset + limit) break;
    }
    await read();
    return items.slice(offset, offset + limit);
  }

  async #namespaces({ matchConditions = [], maxDepth, limit = 100, offset = 0 }: ListNamespacesOperation) {
    const prefix = matchConditions.find(({ matchType }) => matchType === 'prefix')?.path ?? [];
    const found = new Map<string, string[]>();
    for await (const { name } of this.#sessions(prefix)) {
      const namespace = placeOf(name)?.namespace;
      if (!namespace) continue;
      const isWanted = matchConditions.every(({ matchType, path }) =>
        (matchType === 'prefix' ? startsWith : endsWith)(namespace, path),
      );
      const cut = namespace.slice(0, maxDepth);
      if (isWanted) found.set(cut.join('.'), cut);
    }
    const ordered = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, namespace]) => namespace);
    return ordered.slice(offset, offset + limit);
  }

  async *#sessions(namespace: readonly string[]): AsyncGenerator<Session, void> {
    const owner = await this.#known(namespace);
    if (!owner) return;
    try {
      yield* this.#client.sessions.list({ user_id: owner.userId });
    } catch (error) {
      // The user was deleted meanwhile.
      if (!isMissing(error)) throw error;
    }
  }

  /** The messages of a session, the newest first: one, or several for the moment in which two put it. */
  async #messages(session_id: string): Promise<Kept[]> {
    const query = { limit: 10, order: 'desc', fields: 'all' };
    const { messages } = await this.#client.call('listMessages', { path: { session_id }, query });
    return messages;
  }

  #itemOf(place: Place, kept: Kept): Item | null {
    return itemOf(place, 'metadata' in kept ? kept.metadata : null, kept);
  }

  #userOf(namespace: readonly string[]): string {
    const { user } = this.#options;
    return typeof user === 'string' ? user : user(namespace);
  }

  /** The ids of those whose the items of a namespace are; they are made when they are not there. */
  #owner(namespace: readonly string[]): Promise<Owner> {
    const user = this.#userOf(namespace);
    const known = this.#owners.get(user);
    if (known) return known;
    const { users, agents } = this.#client;
    const making = Promise.all([
      users.getOrCreate(user),
      agents.getOrCreate(this.#options.agent ?? 'agent_default'),
    ]).then(([{ id: userId }, { id: agentId }]) => ({ userId, agentId }));
    this.#owners.set(user, making);
    // A failure is no answer for good.
    making.catch(() => this.#owners.delete(user));
    const [oldest] = this.#owners.keys();
    if (this.#owners.size > MOST_OWNERS && oldest !== undefined) this.#owners.delete(oldest);
    return making;
  }

  /** The user without making one, looked up each time, since a user may be deleted and made anew; null when there is none. */
  async #known(namespace: readonly string[]): Promise<Pick<Owner, 'userId'> | null> {
    const found = await orNull(this.#client.users.getByName(this.#userOf(namespace)));
    return found && { userId: found.id };
  }
}
