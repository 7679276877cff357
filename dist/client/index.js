// src/client/routes.ts
var ROUTES = {
  health: "GET /health",
  live: "GET /health/live",
  ready: "GET /health/ready",
  listUsers: "GET /users",
  createUser: "POST /users",
  getUser: "GET /users/{user_id}",
  updateUser: "PUT /users/{user_id}",
  deleteUser: "DELETE /users/{user_id}",
  queryUser: "POST /users/{user_id}/query",
  contextOfUser: "POST /users/{user_id}/context",
  listAgents: "GET /agents",
  createAgent: "POST /agents",
  getAgent: "GET /agents/{agent_id}",
  updateAgent: "PUT /agents/{agent_id}",
  deleteAgent: "DELETE /agents/{agent_id}",
  listSessions: "GET /sessions",
  createSession: "POST /sessions",
  getSession: "GET /sessions/{session_id}",
  updateSession: "PUT /sessions/{session_id}",
  deleteSession: "DELETE /sessions/{session_id}",
  listMessages: "GET /sessions/{session_id}/messages",
  addMessages: "POST /sessions/{session_id}/messages",
  readMessages: "POST /sessions/{session_id}/messages/read",
  updateMessages: "PUT /sessions/{session_id}/messages",
  deleteMessages: "DELETE /sessions/{session_id}/messages",
  listMessageStatuses: "GET /sessions/{session_id}/messages/status",
  getMessageStatus: "GET /messages/{message_id}/status",
  addMemories: "POST /memories",
  searchMemories: "POST /memories/search",
  contextOfMemories: "POST /memories/context",
  listKnowledge: "GET /users/{user_id}/knowledge",
  addKnowledge: "POST /users/{user_id}/knowledge",
  readKnowledge: "POST /users/{user_id}/knowledge/read",
  updateKnowledge: "PUT /users/{user_id}/knowledge",
  deleteKnowledge: "DELETE /users/{user_id}/knowledge",
  listApiKeys: "GET /users/{user_id}/api-keys",
  createApiKey: "POST /users/{user_id}/api-keys",
  deleteApiKey: "DELETE /users/{user_id}/api-keys/{key_id}",
  listSessionChunks: "GET /sessions/{session_id}/chunks",
  listRoundChunks: "GET /rounds/{round_id}/chunks",
  chunkStats: "GET /chunks/stats",
  listTasks: "GET /tasks",
  taskStats: "GET /tasks/stats",
  retryTasks: "POST /tasks/retry",
  retryTask: "POST /tasks/{task_id}/retry",
  showConfig: "GET /admin/config",
  reloadConfig: "POST /admin/config/reload"
};

// src/client/errors.ts
class MemFuseError extends Error {
  name = "MemFuseError";
  reason;
  status;
  errors;
  requestId;
  retryAfterMs;
  constructor(message, { reason, status, errors = [], requestId, retryAfterMs, cause }) {
    super(message, { cause });
    this.reason = reason;
    this.status = status;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

// src/client/transport.ts
var RETRIED = new Set([408, 429, 500, 502, 503, 504]);
var FIRST_PAUSE_MS = 200;
var LONGEST_PAUSE_MS = 5000;
var pause = (ms, signal) => new Promise((resolve, reject) => {
  const stop = () => {
    clearTimeout(timer);
    reject(signal?.reason);
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener("abort", stop);
    resolve();
  }, ms);
  signal?.addEventListener("abort", stop, { once: true });
});
var isEnvelope = (value) => typeof value === "object" && value !== null && ("status" in value) && ("data" in value);
var parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
};
var retryAfterOf = (headers) => {
  const value = headers.get("Retry-After");
  if (value === null)
    return;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

class Transport {
  #options;
  constructor(options) {
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/$/, "") };
  }
  async send(request, options = {}) {
    const retries = options.retries ?? this.#options.retries;
    const idempotencyKey = request.creates ? options.idempotencyKey ?? crypto.randomUUID() : undefined;
    for (let tried = 0;; tried += 1) {
      try {
        return await this.#once(request, { ...options, idempotencyKey });
      } catch (error) {
        if (!(error instanceof MemFuseError) || tried >= retries || !this.#mayDoBetter(error))
          throw error;
        const pauseMs = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random());
        await pause(Math.min(LONGEST_PAUSE_MS, pauseMs), options.signal).catch((cause) => {
          throw new MemFuseError("The call was given up.", { reason: "aborted", cause });
        });
      }
    }
  }
  #mayDoBetter({ reason, status }) {
    if (reason === "refused" || reason === "foreign")
      return status !== undefined && RETRIED.has(status);
    return reason !== "aborted";
  }
  async#once({ method, path, body, creates }, { signal, timeoutMs, idempotencyKey }) {
    const { baseUrl, apiKey, fetch: send } = this.#options;
    const limitMs = timeoutMs ?? this.#options.timeoutMs;
    const late = AbortSignal.timeout(limitMs);
    let response;
    let text;
    try {
      response = await send(baseUrl + path, {
        method,
        headers: {
          Accept: "application/json",
          ...body !== undefined && { "Content-Type": "application/json" },
          ...apiKey !== undefined && { Authorization: `Bearer ${apiKey}` },
          ...creates && idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }
        },
        ...body !== undefined && { body: JSON.stringify(body) },
        signal: signal ? AbortSignal.any([signal, late]) : late
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted)
        throw new MemFuseError("The call was given up.", { reason: "aborted", cause });
      if (late.aborted) {
        const message = `${baseUrl} did not answer within ${limitMs} ms. Raise timeoutMs, or look whether the server is busy.`;
        throw new MemFuseError(message, { reason: "timeout", cause });
      }
      const message = `Nothing answers at ${baseUrl}. Start a server with "memfuse serve", or correct baseUrl.`;
      throw new MemFuseError(message, { reason: "unreachable", cause });
    }
    if (response.ok && text === "")
      return;
    const answer = parsed(text);
    const details = {
      status: response.status,
      requestId: response.headers.get("X-Request-Id") ?? undefined,
      retryAfterMs: retryAfterOf(response.headers)
    };
    if (!isEnvelope(answer)) {
      if (response.ok && answer !== undefined)
        return answer;
      const message = `${baseUrl} answered ${response.status}, but not as a MemFuse server does. Correct baseUrl, or look at what stands before the server.`;
      throw new MemFuseError(message, { reason: "foreign", ...details });
    }
    if (response.ok)
      return answer.data;
    const errors = answer.errors ?? [];
    const message = messageOf(answer, response.status, apiKey !== undefined);
    throw new MemFuseError(message, { reason: "refused", errors, ...details });
  }
}
var messageOf = ({ message = "Refused", errors }, status, hasKey) => {
  const told = (errors ?? []).map((error) => `${error.field}: ${error.message}`).join("; ");
  const way = status === 401 ? ` ${hasKey ? "The server does not know this apiKey." : "The server asks for a key: give it as apiKey."}` : "";
  return `${message}${told && told !== message ? ` (${told})` : ""}${way}`;
};

// src/client/caller.ts
var PREFIX = "/api/v1";
var DEFAULTS = { baseUrl: "http://127.0.0.1:8000", timeoutMs: 30000, retries: 2 };
var CREATES = new Set([
  "createUser",
  "createAgent",
  "createSession",
  "addMessages",
  "addMemories",
  "addKnowledge",
  "createApiKey"
]);
var addressOf = (path, parts, query) => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const part = parts[name];
    if (!part)
      throw new TypeError(`The call needs a ${name}, and got ${JSON.stringify(part)}.`);
    return encodeURIComponent(part);
  });
  const search = new URLSearchParams;
  for (const [name, value] of Object.entries(query))
    if (value !== undefined)
      search.set(name, String(value));
  return `${PREFIX}${filled}${search.size > 0 ? `?${search}` : ""}`;
};

class Caller {
  #transport;
  constructor(options = {}) {
    const { baseUrl = DEFAULTS.baseUrl, apiKey, timeoutMs = DEFAULTS.timeoutMs, retries = DEFAULTS.retries } = options;
    if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
      throw new TypeError(`baseUrl must begin with http:// or https://, and is ${JSON.stringify(baseUrl)}.`);
    }
    const send = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#transport = new Transport({ baseUrl, apiKey, timeoutMs, retries, fetch: send });
  }
  async call(id, input, options) {
    const {
      path = {},
      query = {},
      body
    } = input;
    const [method = "", route = ""] = ROUTES[id].split(" ");
    const request = { method, path: addressOf(route, path, query), body, creates: CREATES.has(id) };
    return await this.#transport.send(request, options);
  }
}

// src/client/memory.ts
var DEFAULT_AGENT = "agent_default";
var asMessages = (said) => {
  if (typeof said === "string")
    return [{ role: "user", content: said }];
  return Array.isArray(said) ? [...said] : [said];
};
var split = ({ signal, timeoutMs, retries, idempotencyKey, ...body }) => ({
  options: { signal, timeoutMs, retries, idempotencyKey },
  body
});

class Memory {
  user;
  agent;
  #client;
  #session;
  #first;
  #ids;
  constructor(client, { user, agent = DEFAULT_AGENT, session }) {
    this.#client = client;
    this.user = user;
    this.agent = agent;
    this.#session = session;
  }
  get session() {
    return this.#session;
  }
  async add(said, { waitFor, waitMs, ...options } = {}) {
    while (this.#session === undefined && this.#first)
      await this.#first.catch(() => {});
    const adding = this.#add(asMessages(said), { wait_for: waitFor, timeout_ms: waitMs }, options);
    if (this.#session === undefined)
      this.#first = adding;
    try {
      const added = await adding;
      this.#session ??= added.session_name ?? undefined;
      return added;
    } finally {
      if (this.#first === adding)
        this.#first = undefined;
    }
  }
  #add(messages, query, options) {
    const body = { user: this.user, agent: this.agent, session: this.#session ?? null, messages };
    return this.#client.call("addMemories", { query, body }, options);
  }
  search(query, asked = {}) {
    const { options, body } = split(asked);
    return this.#asking(options, () => this.#client.call("searchMemories", { body: { ...body, user: this.user, query } }, options));
  }
  context(query, asked = {}) {
    const { options, body } = split(asked);
    return this.#asking(options, () => this.#client.call("contextOfMemories", { body: { ...body, user: this.user, query } }, options));
  }
  async#asking(options, ask) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof MemFuseError && error.status === 404))
        throw error;
      await this.#client.users.getOrCreate(this.user, options);
      return ask();
    }
  }
  ids(options) {
    this.#ids ??= this.#resolve(options);
    this.#ids.catch(() => {
      this.#ids = undefined;
    });
    return this.#ids;
  }
  async#resolve(options) {
    const [user, agent] = await Promise.all([
      this.#client.users.getOrCreate(this.user, options),
      this.#client.agents.getOrCreate(this.agent, options)
    ]);
    const body = { user_id: user.id, agent_id: agent.id, name: this.#session ?? null };
    const query = { get_or_create: "true" };
    const { session } = await this.#client.call("createSession", { body, query }, options);
    this.#session = session.name;
    return { userId: user.id, agentId: agent.id, sessionId: session.id };
  }
  async* messages(options) {
    const { sessionId } = await this.ids(options);
    yield* this.#client.sessions.messages(sessionId, options);
  }
  query(query, asked) {
    return this.search(query, asked);
  }
  async querySession(query, { top_k, ...options } = {}) {
    const { userId, agentId, sessionId } = await this.ids(options);
    const body = { query, session_id: sessionId, agent_id: agentId, ...top_k !== undefined && { top_k } };
    return this.#client.call("queryUser", { path: { user_id: userId }, body }, options);
  }
  async listMessages(options) {
    return Array.fromAsync(this.messages(options));
  }
  async read(messageIds, options) {
    return this.#client.sessions.readMessages((await this.ids(options)).sessionId, messageIds, options);
  }
  async update(messageIds, newMessages, options) {
    const body = { message_ids: messageIds, new_messages: newMessages };
    return this.#client.sessions.updateMessages((await this.ids(options)).sessionId, body, options);
  }
  async delete(messageIds, options) {
    return this.#client.sessions.deleteMessages((await this.ids(options)).sessionId, messageIds, options);
  }
  async addKnowledge(knowledge, options) {
    return this.#client.knowledge.add((await this.ids(options)).userId, knowledge, options);
  }
  async readKnowledge(knowledgeIds, options) {
    return this.#client.knowledge.read((await this.ids(options)).userId, knowledgeIds, options);
  }
  async updateKnowledge(knowledgeIds, newKnowledge, options) {
    const body = { knowledge_ids: knowledgeIds, new_knowledge: newKnowledge };
    return this.#client.knowledge.update((await this.ids(options)).userId, body, options);
  }
  async deleteKnowledge(knowledgeIds, options) {
    return this.#client.knowledge.delete((await this.ids(options)).userId, knowledgeIds, options);
  }
}

// src/client/pages.ts
async function* rowsOf(read) {
  for (let cursor = "";cursor !== null; ) {
    const page = await read(cursor);
    yield* page.rows;
    cursor = page.nextCursor;
  }
}

// src/client/resources.ts
var PAGE = 100;
var usersOf = (client) => ({
  list: (options) => rowsOf(async (cursor) => {
    const { users, next_cursor } = await client.call("listUsers", { query: { limit: PAGE, cursor } }, options);
    return { rows: users, nextCursor: next_cursor ?? null };
  }),
  get: async (user_id, options) => (await client.call("getUser", { path: { user_id } }, options)).user,
  getByName: async (name, options) => (await client.call("listUsers", { query: { name } }, options)).users[0],
  create: async (body, options) => (await client.call("createUser", { body }, options)).user,
  getOrCreate: async (name, options) => (await client.call("createUser", { body: { name }, query: { get_or_create: "true" } }, options)).user,
  update: async (user_id, body, options) => (await client.call("updateUser", { path: { user_id }, body }, options)).user,
  delete: (user_id, options) => client.call("deleteUser", { path: { user_id } }, options)
});
var agentsOf = (client) => ({
  list: (options) => rowsOf(async (cursor) => {
    const { agents, next_cursor } = await client.call("listAgents", { query: { limit: PAGE, cursor } }, options);
    return { rows: agents, nextCursor: next_cursor ?? null };
  }),
  get: async (agent_id, options) => (await client.call("getAgent", { path: { agent_id } }, options)).agent,
  getByName: async (name, options) => (await client.call("listAgents", { query: { name } }, options)).agents[0],
  create: async (body, options) => (await client.call("createAgent", { body }, options)).agent,
  getOrCreate: async (name, options) => (await client.call("createAgent", { body: { name }, query: { get_or_create: "true" } }, options)).agent,
  update: async (agent_id, body, options) => (await client.call("updateAgent", { path: { agent_id }, body }, options)).agent,
  delete: (agent_id, options) => client.call("deleteAgent", { path: { agent_id } }, options)
});
var sessionsOf = (client) => ({
  list: (filter = {}, options) => rowsOf(async (cursor) => {
    const query = { ...filter, limit: PAGE, cursor };
    const { sessions, next_cursor } = await client.call("listSessions", { query }, options);
    return { rows: sessions, nextCursor: next_cursor ?? null };
  }),
  get: async (session_id, options) => (await client.call("getSession", { path: { session_id } }, options)).session,
  getByName: async (name, user_id, options) => (await client.call("listSessions", { query: { name, user_id } }, options)).sessions[0],
  create: async (body, options) => (await client.call("createSession", { body }, options)).session,
  update: async (session_id, body, options) => (await client.call("updateSession", { path: { session_id }, body }, options)).session,
  delete: (session_id, options) => client.call("deleteSession", { path: { session_id } }, options),
  messages: (session_id, options) => rowsOf(async (cursor) => {
    const query = { limit: PAGE, cursor, order: "asc", fields: "all" };
    const { messages, next_cursor } = await client.call("listMessages", { path: { session_id }, query }, options);
    return { rows: messages, nextCursor: next_cursor ?? null };
  }),
  addMessages: (session_id, messages, options) => client.call("addMessages", { path: { session_id }, body: { messages } }, options),
  readMessages: async (session_id, message_ids, options) => (await client.call("readMessages", { path: { session_id }, body: { message_ids } }, options)).messages,
  updateMessages: (session_id, body, options) => client.call("updateMessages", { path: { session_id }, body }, options),
  deleteMessages: (session_id, message_ids, options) => client.call("deleteMessages", { path: { session_id }, body: { message_ids } }, options)
});
var knowledgeOf = (client) => ({
  list: (user_id, options) => rowsOf(async (cursor) => {
    const query = { limit: PAGE, cursor };
    const { knowledge, next_cursor } = await client.call("listKnowledge", { path: { user_id }, query }, options);
    return { rows: knowledge, nextCursor: next_cursor ?? null };
  }),
  add: async (user_id, knowledge, options) => (await client.call("addKnowledge", { path: { user_id }, body: { knowledge } }, options)).knowledge_ids,
  read: async (user_id, knowledge_ids, options) => (await client.call("readKnowledge", { path: { user_id }, body: { knowledge_ids } }, options)).knowledge,
  update: async (user_id, body, options) => (await client.call("updateKnowledge", { path: { user_id }, body }, options)).knowledge_ids,
  delete: async (user_id, knowledge_ids, options) => (await client.call("deleteKnowledge", { path: { user_id }, body: { knowledge_ids } }, options)).knowledge_ids
});
var apiKeysOf = (client) => ({
  list: (user_id, options) => rowsOf(async (cursor) => {
    const query = { limit: PAGE, cursor };
    const { api_keys, next_cursor } = await client.call("listApiKeys", { path: { user_id }, query }, options);
    return { rows: api_keys, nextCursor: next_cursor ?? null };
  }),
  create: (user_id, body, options) => client.call("createApiKey", { path: { user_id }, ...body && { body } }, options),
  delete: (user_id, key_id, options) => client.call("deleteApiKey", { path: { user_id, key_id } }, options)
});
var tasksOf = (client) => ({
  list: (state, options) => rowsOf(async (cursor) => {
    const { tasks, next_cursor } = await client.call("listTasks", { query: { state, limit: PAGE, cursor } }, options);
    return { rows: tasks, nextCursor: next_cursor ?? null };
  }),
  stats: (options) => client.call("taskStats", {}, options),
  retry: (task_id, options) => client.call("retryTask", { path: { task_id } }, options)
});

// src/client/client.ts
class MemFuse extends Caller {
  users = usersOf(this);
  agents = agentsOf(this);
  sessions = sessionsOf(this);
  knowledge = knowledgeOf(this);
  apiKeys = apiKeysOf(this);
  tasks = tasksOf(this);
  for(names) {
    return new Memory(this, names);
  }
  async init(names) {
    const memory = this.for(names);
    await memory.ids();
    return memory;
  }
  async isUp(options) {
    try {
      await this.call("health", {}, { retries: 0, ...options });
      return true;
    } catch (error) {
      if (error instanceof MemFuseError)
        return false;
      throw error;
    }
  }
}
export {
  MemFuse,
  MemFuseError,
  Memory
};
