import { MemFuseError } from './errors.ts';
import type { CallInput, OperationId, Operations } from './operations.ts';
import type { Fact, FactFilter, Knowledge, Message, NewMessage, Resources } from './resources.ts';
import type { CallOptions } from './transport.ts';

/** Whose memory, and which conversation. */
export interface Names {
  /** The name of a user. */
  readonly user: string;
  /** The name of an agent; `agent_default` when absent. */
  readonly agent?: string | undefined;
  /** The name of a session; a new one when absent. */
  readonly session?: string | undefined;
}

/** The ids that names stand for. */
export interface Ids {
  readonly userId: string;
  readonly agentId: string;
  readonly sessionId: string;
}

/** Something to remember: a message, several, or what the user said. */
export type Said = string | NewMessage | readonly NewMessage[];

type BodyOf<I extends OperationId> =
  CallInput<Operations[I]> extends { readonly body?: infer B } ? NonNullable<B> : never;
export type SearchOptions = CallOptions & Omit<BodyOf<'searchMemories'>, 'user' | 'agent' | 'session' | 'query'>;
export type ContextOptions = CallOptions & Omit<BodyOf<'contextOfMemories'>, 'user' | 'agent' | 'session' | 'query'>;
export type AddOptions = CallOptions & {
  /** Answer when the messages have come so far; at once when absent. */
  readonly waitFor?: 'stored' | 'indexed' | 'summarised' | 'extracted';
  /** Longest wait for that, in milliseconds. */
  readonly waitMs?: number;
};

export type ForgetOptions = CallOptions & {
  /** Only show what would be deleted. */
  readonly dryRun?: boolean;
};

const DEFAULT_AGENT = 'agent_default';

const asMessages = (said: Said): NewMessage[] => {
  if (typeof said === 'string') return [{ role: 'user', content: said }];
  return Array.isArray(said) ? [...said] : [said as NewMessage];
};

/** What a call says beside its body. */
const split = <O extends CallOptions>({ signal, timeoutMs, retries, idempotencyKey, ...body }: O) => ({
  options: { signal, timeoutMs, retries, idempotencyKey },
  body,
});

/** The memory of one user, by names: what is said in one conversation, and questions to all that is known. */
export class Memory {
  readonly user: string;
  readonly agent: string;
  readonly #client: Resources;
  /** Of a session without a name the one that the server makes up with the first message. */
  #session: string | undefined;
  #first: Promise<unknown> | undefined;
  #ids: Promise<Ids> | undefined;
  #user: string | undefined;

  constructor(client: Resources, { user, agent = DEFAULT_AGENT, session }: Names) {
    this.#client = client;
    this.user = user;
    this.agent = agent;
    this.#session = session;
  }

  /** The name of the session; undefined before its first message, when it was not named. */
  get session(): string | undefined {
    return this.#session;
  }

  /** Remembers what was said. When it answers, that is on disk and can be found. Errors: `MemFuseError`. */
  async add(said: Said, { waitFor, waitMs, ...options }: AddOptions = {}) {
    // The first message makes the session, and those behind it belong there.
    while (this.#session === undefined && this.#first) await this.#first.catch(() => {});
    const adding = this.#add(asMessages(said), { wait_for: waitFor, timeout_ms: waitMs }, options);
    if (this.#session === undefined) this.#first = adding;
    try {
      const added = await adding;
      this.#session ??= added.session_name ?? undefined;
      return added;
    } finally {
      if (this.#first === adding) this.#first = undefined;
    }
  }

  #add(
    messages: NewMessage[],
    query: { wait_for: string | undefined; timeout_ms: number | undefined },
    options: CallOptions,
  ) {
    const body = { user: this.user, agent: this.agent, session: this.#session ?? null, messages };
    return this.#client.call('addMemories', { query, body }, options);
  }

  /** What bears on a question, the best first, from all conversations of the user. Errors: `MemFuseError`. */
  search(query: string, asked: SearchOptions = {}) {
    const { options, body } = split(asked);
    return this.#asking(options, () =>
      this.#client.call('searchMemories', { body: { ...body, user: this.user, query } }, options),
    );
  }

  /** The same as a block of text for a prompt. Errors: `MemFuseError`. */
  context(query: string, asked: ContextOptions = {}) {
    const { options, body } = split(asked);
    return this.#asking(options, () =>
      this.#client.call('contextOfMemories', { body: { ...body, user: this.user, query } }, options),
    );
  }

  /** Asks; of a user of whom nothing was ever heard nothing is known, which is no failure. */
  async #asking<T>(options: CallOptions, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof MemFuseError && error.status === 404)) throw error;
      await this.#client.users.getOrCreate(this.user, options);
      return ask();
    }
  }

  /** What is known of the user: what holds, unless the filter says otherwise. Page by page as it is asked for. */
  async *facts(filter?: FactFilter, options?: CallOptions): AsyncGenerator<Fact, void> {
    yield* this.#client.facts.list(await this.#userId(options), filter, options);
  }

  /** What holds about the user, by category, and as a text for a prompt that changes only when a fact does. */
  async profile(options?: CallOptions) {
    return this.#client.call('userProfile', { path: { user_id: await this.#userId(options) } }, options);
  }

  /**
   * Deletes everything that says something: statements, their echoes, facts and knowledge. With `dryRun` it only shows that.
   * Errors: `MemFuseError`.
   */
  async forget(what: string | { readonly ids: string[] }, { dryRun = false, ...options }: ForgetOptions = {}) {
    const body = { ...(typeof what === 'string' ? { query: what } : { ids: what.ids }), dry_run: dryRun };
    return this.#client.call('forget', { path: { user_id: await this.#userId(options) }, body }, options);
  }

  /** Says how something truly is: the fact that `what` is about, in words or by its id. Errors: `MemFuseError`. */
  async correct(what: string | { readonly factId: string }, text: string, options?: CallOptions): Promise<Fact> {
    const body = { ...(typeof what === 'string' ? { query: what } : { fact_id: what.factId }), text };
    return (await this.#client.call('correctFact', { path: { user_id: await this.#userId(options) }, body }, options))
      .fact;
  }

  async #userId(options?: CallOptions): Promise<string> {
    this.#user ??= (await this.#client.users.getOrCreate(this.user, options)).id;
    return this.#user;
  }

  /** The ids of user, agent and session, which are created where they do not exist. Errors: `MemFuseError`. */
  ids(options?: CallOptions): Promise<Ids> {
    this.#ids ??= this.#resolve(options);
    // A failure is no answer for good.
    this.#ids.catch(() => {
      this.#ids = undefined;
    });
    return this.#ids;
  }

  async #resolve(options?: CallOptions): Promise<Ids> {
    const [user, agent] = await Promise.all([
      this.#client.users.getOrCreate(this.user, options),
      this.#client.agents.getOrCreate(this.agent, options),
    ]);
    const body = { user_id: user.id, agent_id: agent.id, name: this.#session ?? null };
    const query = { get_or_create: 'true' };
    const { session } = await this.#client.call('createSession', { body, query }, options);
    this.#session = session.name;
    return { userId: user.id, agentId: agent.id, sessionId: session.id };
  }

  /** What was said in this session, the oldest first, page by page as it is asked for. */
  async *messages(options?: CallOptions): AsyncGenerator<Message, void> {
    const { sessionId } = await this.ids(options);
    yield* this.#client.sessions.messages(sessionId, options);
  }

  // The names of the Python SDK.

  /** `search`, under its name in the Python SDK. */
  query(query: string, asked?: SearchOptions) {
    return this.search(query, asked);
  }

  /** What bears on a question; `scope` of each result says whether it is of this session. */
  async querySession(query: string, { top_k, ...options }: CallOptions & { readonly top_k?: number } = {}) {
    const { userId, agentId, sessionId } = await this.ids(options);
    const body = { query, session_id: sessionId, agent_id: agentId, ...(top_k !== undefined && { top_k }) };
    return this.#client.call('queryUser', { path: { user_id: userId }, body }, options);
  }

  async listMessages(options?: CallOptions): Promise<Message[]> {
    return Array.fromAsync(this.messages(options));
  }

  async read(messageIds: string[], options?: CallOptions): Promise<Message[]> {
    return this.#client.sessions.readMessages((await this.ids(options)).sessionId, messageIds, options);
  }

  async update(messageIds: string[], newMessages: NewMessage[], options?: CallOptions) {
    const body = { message_ids: messageIds, new_messages: newMessages };
    return this.#client.sessions.updateMessages((await this.ids(options)).sessionId, body, options);
  }

  async delete(messageIds: string[], options?: CallOptions) {
    return this.#client.sessions.deleteMessages((await this.ids(options)).sessionId, messageIds, options);
  }

  async addKnowledge(knowledge: string[], options?: CallOptions): Promise<string[]> {
    return this.#client.knowledge.add((await this.ids(options)).userId, knowledge, options);
  }

  async readKnowledge(knowledgeIds: string[], options?: CallOptions): Promise<Knowledge[]> {
    return this.#client.knowledge.read((await this.ids(options)).userId, knowledgeIds, options);
  }

  async updateKnowledge(knowledgeIds: string[], newKnowledge: string[], options?: CallOptions): Promise<string[]> {
    const body = { knowledge_ids: knowledgeIds, new_knowledge: newKnowledge };
    return this.#client.knowledge.update((await this.ids(options)).userId, body, options);
  }

  async deleteKnowledge(knowledgeIds: string[], options?: CallOptions): Promise<string[]> {
    return this.#client.knowledge.delete((await this.ids(options)).userId, knowledgeIds, options);
  }
}
