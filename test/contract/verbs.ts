import type { CorpusReference, IndexSegment } from '../../src/contract/corpus.ts';
import type { OutboxTask, TaskKind } from '../../src/contract/outbox.ts';
import type { ApiKeyRecord, IdentityRecord, Scope, SessionRecord } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';
import { ALL, END_OF_TIME, EVERY_SEQUENCE, newChunk } from './background.ts';
import { prepareEpisodes } from './episode-drafts.ts';
import { factsOf, TERMS } from './facts-at-hand.ts';
import { locationsOf, messagesOf, rowsIn, tasksOf, WHOLE } from './lists.ts';
import { documentsAfter } from './snapshot.ts';
import { mintId, present, type World } from './world.ts';

type Facets = Omit<Store, 'engine' | 'kinds' | 'ping' | 'close'>;

/** Every verb of every facet, such as `messages.append`. */
export type Verb = { [F in keyof Facets & string]: `${F}.${keyof Facets[F] & string}` }[keyof Facets & string];

/** A user with some of everything. Every id, name and text of theirs is found nowhere else. */
export interface Victim {
  readonly world: World;
  readonly tenantName: string;
  readonly user: IdentityRecord;
  readonly agent: IdentityRecord;
  readonly session: SessionRecord;
  readonly messages: readonly string[];
  readonly facts: readonly string[];
  /** A fact that one of their messages says. */
  readonly fact: string;
  readonly factMessages: readonly string[];
  /** What the fact names, in lower case. */
  readonly entities: readonly string[];
  readonly episode: string;
  readonly apiKey: ApiKeyRecord;
  readonly documents: readonly CorpusReference[];
  /** What an index made of their messages, kept. */
  readonly segment: IndexSegment;
  /** Background work of theirs: given up, at work in the hands of `OWNER`, and waiting. Besides, some is done. */
  readonly tasks: Readonly<Record<'failed' | 'held' | 'waiting', OutboxTask>>;
}

/** What made the vectors of a victim. */
const MODEL = 'model';
/** The process that is at work on what is the victim's. */
const OWNER = 'process at work';

export const createVictim = async (world: World): Promise<Victim> => {
  const { store, scope, tenantKey } = world;
  const tenantName = `tenant ${mintId()}`;
  const [user, agent] = await Promise.all([world.user(`user ${mintId()}`), world.agent(`agent ${mintId()}`)]);
  const session = await world.session(user, agent);
  await store.retention.set(scope, user.id, { messagesDays: 3_000, halfLifeDays: 700 }, world.at());
  const newText = () => `text ${mintId()}`;
  const say = async (count: number, kinds: readonly TaskKind[] = ['index']) => {
    const messages = Array.from({ length: count }, () => world.message(newText(), { metadata: '{"of":"the victim"}' }));
    const { ids, tasks } = await store.messages.append(scope, session.id, messages, undefined, world.work({ kinds }));
    return { ids, task: present(tasks[0]), other: tasks[1] };
  };
  const take = async ({ key }: OutboxTask) =>
    present((await store.work.take([key], OWNER, world.at(), END_OF_TIME))[0]);

  // One task after the other, each taken before the next round is said: it would grow otherwise.
  const [said, facts, apiKey] = await Promise.all([
    say(3),
    world.know(user, [newText(), newText(), newText()]),
    world.apiKey(user),
  ]);
  const [indexed] = await Promise.all([
    take(said.task),
    store.messages.delete(scope, session.id, said.ids.slice(2), world.at()),
    store.knowledge.delete(scope, user.id, facts.slice(2)),
  ]);
  const { version } = await store.work.read(indexed);
  const { key: taskKey, queueKey: _queueKey, position: _position, ...range } = indexed;
  const chunk = newChunk(1, 2, { content: newText(), vector: new Float32Array([1]), model: 'model' });
  const vectors = { model: MODEL, messages: [{ sequence: 1, scale: 0.5, components: new Int8Array([7, -7]) }] };
  const commit = {
    ...range,
    kind: 'index',
    taskKey,
    owner: OWNER,
    version,
    chunks: [chunk],
    tokenCounts: [],
    vectors,
    at: world.at(),
  } as const;
  const learn = async (): Promise<string> => {
    const entities = [{ name: newText(), kind: 'other' }];
    const id = await factsOf(world).learn(session, { text: newText(), object: newText(), entities });
    // So that there is something to take back.
    await store.facts.update(scope, id, { text: newText() }, world.at());
    const forgotten = await factsOf(world).learn(session, { text: newText(), terms: [newText()] });
    await store.facts.delete(scope, [forgotten], world.at());
    return id;
  };
  const fact = store.kinds.includes('extract') ? await learn() : mintId();
  const [doomed] = await Promise.all([say(1, ['index', 'summarise']), store.work.file([commit])]);
  const failed = await take(doomed.task);
  const told = await prepareEpisodes(store, await take(present(doomed.other)), { owner: OWNER, at: world.at() });
  await store.work.file([told]);
  const reason = `reason ${mintId()}`;
  const [atWork] = await Promise.all([
    say(2),
    store.work.fail(failed.key, OWNER, { attempts: 3, reason, at: world.at() }),
  ]);
  const held = await take(atWork.task);
  const waiting = (await say(2, ['index', 'extract'])).task;
  const documents = await documentsAfter(store, tenantKey, user.key, 0);
  const keys = documents.flatMap(({ kind, key }) => (kind === 'message' ? [key] : []));
  const span = { firstKey: Math.min(...keys), lastKey: Math.max(...keys) };
  const generation = present(await store.corpus.generation(tenantKey, user.key));
  const segment = { tenantKey, userKey: user.key, ...span, generation, maker: 'maker', bytes: new Uint8Array([7, 7]) };
  await store.corpus.saveSegment(segment);
  return {
    world,
    tenantName,
    user,
    agent,
    session,
    messages: said.ids.slice(0, 2),
    facts: facts.slice(0, 2),
    fact,
    factMessages: (await store.facts.read(scope, [fact])).flatMap(({ messageIds }) => messageIds),
    entities: (await store.facts.read(scope, [fact])).flatMap(({ entities }) =>
      entities.map((name) => name.toLowerCase()),
    ),
    episode: present(told.episodes[0]).id,
    apiKey,
    documents,
    segment,
    tasks: { failed, held, waiting },
  };
};

/** How a verb is called on what is the victim's, by someone with a scope of their own or the victim's. */
export type Probe = (store: Store, as: Scope, victim: Victim) => Promise<unknown>;

const AT = Date.UTC(2027, 0, 1);
const EVERYTHING = { after: null, limit: ALL } as const;
const FAILURE = { attempts: 1, reason: 'intruding', at: AT } as const;
const ALL_CHUNKS = { limit: 100, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
const ORDERS = (['timestamp', 'id'] as const).flatMap((sortBy) =>
  (['asc', 'desc'] as const).flatMap((order) =>
    [undefined, true, false].map((buffered) => ({ limit: 100, sortBy, order, buffered })),
  ),
);

const identityProbes = (entity: 'user' | 'agent') => {
  const facet = `${entity}s` as const;
  return {
    list: (store, as) => rowsIn(store[facet].list(as, WHOLE)),
    get: (store, as, victim) => store[facet].get(as, victim[entity].id),
    findByName: (store, as, victim) => store[facet].findByName(as, victim[entity].name),
    create: (store, as) => store[facet].create(as, { id: mintId(), name: mintId(), description: null, at: AT }),
    update: (store, as, victim) => store[facet].update(as, victim[entity].id, { name: mintId(), at: AT }),
    delete: (store, as, victim) => store[facet].delete(as, victim[entity].id),
  } satisfies Record<string, Probe>;
};

const [users, agents] = [identityProbes('user'), identityProbes('agent')];

/** Who a facet without a scope is asked for: the caller's user, or the victim's when the caller is a whole tenant. */
const userKeyOf = (as: Scope, { user }: Victim): number => as.userKey ?? user.key;

/** The id that goes with a bound caller's user, null for a whole tenant. */
const userIdOf = async (store: Store, as: Scope): Promise<string | null> =>
  as.userKey === null ? null : ((await rowsIn(store.users.list(as, WHOLE)))[0]?.id ?? mintId());

/** One call for every verb of the contract; a verb without one does not compile. */
export const PROBES: Readonly<Record<Verb, Probe>> = {
  'tenants.find': (store, _, { tenantName }) => store.tenants.find(tenantName),
  'tenants.ensure': (store, _, { tenantName }) => store.tenants.ensure(tenantName, AT),
  'users.list': users.list,
  'users.get': users.get,
  'users.findByName': users.findByName,
  'users.create': users.create,
  'users.update': users.update,
  'users.delete': users.delete,
  'retention.get': (store, as, { user }) => store.retention.get(as, user.id),
  'retention.set': (store, as, { user }) => store.retention.set(as, user.id, { messagesDays: 1, halfLifeDays: 1 }, AT),
  'retention.usersWithDays': (store) => store.retention.usersWithDays(EVERYTHING),
  'agents.list': agents.list,
  'agents.get': agents.get,
  'agents.findByName': agents.findByName,
  'agents.create': agents.create,
  'agents.update': agents.update,
  'agents.delete': agents.delete,
  'sessions.list': (store, as, { user: { id: userId }, agent: { id: agentId } }) =>
    Promise.all(
      [{}, { userId }, { agentId }, { userId, agentId }].map((filter) =>
        rowsIn(store.sessions.list(as, filter, WHOLE)),
      ),
    ),
  'sessions.get': (store, as, { session }) => store.sessions.get(as, session.id),
  'sessions.findByName': (store, as, { session: { name, userId } }) =>
    Promise.all([store.sessions.findByName(as, name), store.sessions.findByName(as, name, userId)]),
  'sessions.create': (store, as, { user, agent }) =>
    store.sessions.create(as, { id: mintId(), userId: user.id, agentId: agent.id, name: mintId(), at: AT }),
  'sessions.update': (store, as, { session }) => store.sessions.update(as, session.id, { name: mintId(), at: AT }),
  'sessions.delete': (store, as, { session }) => store.sessions.delete(as, session.id),
  'messages.append': (store, as, { world, session }) =>
    store.messages.append(as, session.id, [world.message('intruding', { createdAt: AT })], undefined, world.work()),
  'messages.appendByName': (store, as, { world, user, agent, session }) => {
    const conversation = world.conversation({ user: user.name, agent: agent.name, session: session.name });
    return store.messages.appendByName(as, conversation, [world.message('intruding')]);
  },
  'messages.list': (store, as, { session }) =>
    Promise.all(ORDERS.map((options) => messagesOf(store, as, session.id, options))),
  'messages.read': (store, as, { session, messages }) => store.messages.read(as, session.id, messages),
  'messages.update': (store, as, { session, messages }) => {
    const changes = messages.map((id) => ({ id, role: 'user', content: 'intruding' }) as const);
    return store.messages.update(as, session.id, changes, AT);
  },
  'messages.delete': (store, as, { session, messages }) => store.messages.delete(as, session.id, messages, AT),
  'messages.locations': (store, as, { session }) => locationsOf(store, as, session.id),
  'messages.storedBefore': (store) => store.messages.storedBefore(END_OF_TIME, EVERYTHING),
  'messages.location': (store, as, { messages }) => store.messages.location(as, present(messages[0])),
  'knowledge.list': (store, as, { user }) => rowsIn(store.knowledge.list(as, user.id, WHOLE)),
  'knowledge.add': (store, as, { user }) =>
    store.knowledge.add(as, user.id, [{ id: mintId(), content: 'intruding' }], AT),
  'knowledge.read': (store, as, { user, facts }) => store.knowledge.read(as, user.id, facts),
  'knowledge.update': (store, as, { user, facts }) => {
    const changes = facts.map((id) => ({ id, content: 'intruding' }));
    return store.knowledge.update(as, user.id, changes, AT);
  },
  'knowledge.delete': (store, as, { user, facts }) => store.knowledge.delete(as, user.id, facts),
  'facts.list': (store, as, { user }) => rowsIn(store.facts.list(as, user.id, {}, WHOLE)),
  'facts.read': (store, as, { fact }) => store.facts.read(as, [fact]),
  'facts.ofMessages': (store, as, { user, factMessages }) => store.facts.ofMessages(as, user.id, factMessages),
  'facts.find': (store, as, { user }) => store.facts.find(as, user.id, TERMS, 10),
  'facts.history': (store, as, { fact }) => store.facts.history(as, fact),
  'facts.update': (store, as, { fact }) => store.facts.update(as, fact, { text: 'intruding' }, AT),
  'facts.delete': (store, as, { fact }) => store.facts.delete(as, [fact], AT),
  'facts.undo': (store, as, { fact }) => store.facts.undo(as, fact, AT),
  'facts.entities': (store, as, { user }) => rowsIn(store.facts.entities(as, user.id, WHOLE)),
  'copies.facts': (store, as, { user }) => rowsIn(store.copies.facts(as, user.id, WHOLE)),
  'copies.episodes': (store, as, { user }) => rowsIn(store.copies.episodes(as, user.id, WHOLE)),
  'copies.forgotten': (store, as, { session }) => rowsIn(store.copies.forgotten(as, session.id, WHOLE)),
  'copies.pending': (store, as, { session }) =>
    rowsIn(store.copies.pending(as, session.id, { after: null, limit: 10 })),
  'copies.add': (store, as, { user, messages }) =>
    store.copies.add(as, user.id, [{ kind: 'edit', messageId: present(messages[0]), at: AT }], AT),
  'work.nominate': (store, as, victim) => {
    const range = { ...victim.tasks.held, tenantKey: as.tenantKey, userKey: userKeyOf(as, victim) };
    return store.work.nominate(range, [TERMS]);
  },
  'apiKeys.findByHash': (store, _, { apiKey }) => store.apiKeys.findByHash(apiKey.hash),
  'apiKeys.get': async (store, as, { apiKey }) =>
    store.apiKeys.get(as.tenantKey, apiKey.id, (await userIdOf(store, as)) ?? undefined),
  'apiKeys.list': async (store, as) => rowsIn(store.apiKeys.list(as.tenantKey, await userIdOf(store, as), WHOLE)),
  'apiKeys.create': (store, as, { user }) => {
    const id = mintId();
    const input = { id, userId: user.id, name: null, hash: id.repeat(2), scopes: [], at: AT, expiresAt: null };
    return store.apiKeys.create(as.tenantKey, input);
  },
  'apiKeys.delete': async (store, as, { apiKey }) =>
    store.apiKeys.delete(as.tenantKey, apiKey.id, (await userIdOf(store, as)) ?? undefined),
  'corpus.generation': (store, as, victim) => store.corpus.generation(as.tenantKey, userKeyOf(as, victim)),
  'corpus.resolve': (store, as, { user, session, agent }) =>
    store.corpus.resolve(as, {
      user: { id: user.id },
      sessions: [{ id: session.id }, { name: session.name }],
      agents: [{ id: agent.id }, { name: agent.name }],
    }),
  'corpus.changes': async (store, as, victim) => {
    const since = { after: 0, vectors: { model: MODEL, after: 0 } };
    const changes = await store.corpus.changes(as.tenantKey, userKeyOf(as, victim), since);
    if (!changes) return null;
    const documents = await Array.fromAsync(changes.documents);
    return { ...changes, documents, vectors: await Array.fromAsync(changes.vectors) };
  },
  'corpus.documents': (store, as, victim) => documentsAfter(store, as.tenantKey, userKeyOf(as, victim), 0),
  'corpus.segments': (store, as, victim) =>
    store.corpus.segments(as.tenantKey, userKeyOf(as, victim), victim.segment.maker),
  'corpus.readSegment': (store, as, victim) =>
    store.corpus.readSegment(as.tenantKey, userKeyOf(as, victim), victim.segment),
  'corpus.saveSegment': (store, as, victim) => {
    const beyond = { firstKey: victim.segment.lastKey + 1, lastKey: victim.segment.lastKey + 2 };
    const owner = { tenantKey: as.tenantKey, userKey: userKeyOf(as, victim) };
    return store.corpus.saveSegment({ ...victim.segment, ...owner, ...beyond, bytes: new Uint8Array([8]) });
  },
  'corpus.accountNames': (store, as, victim) => store.corpus.accountNames(as.tenantKey, userKeyOf(as, victim)),
  'corpus.sessionsOfAgent': (store, as, victim) =>
    store.corpus.sessionsOfAgent(as.tenantKey, userKeyOf(as, victim), victim.agent.key, 0),
  'corpus.related': (store, as, victim) =>
    store.corpus.related(as.tenantKey, userKeyOf(as, victim), victim.entities, null),
  'corpus.replaced': (store, as, victim) =>
    store.corpus.replaced(
      as.tenantKey,
      userKeyOf(as, victim),
      victim.documents.map(({ key }) => key),
    ),
  'corpus.metadataOf': (store, as, victim) =>
    store.corpus.metadataOf(
      as.tenantKey,
      userKeyOf(as, victim),
      victim.documents.map(({ key }) => key),
    ),
  'corpus.fetch': (store, as, victim) => store.corpus.fetch(as.tenantKey, userKeyOf(as, victim), victim.documents),
  'work.due': (store) => store.work.due(OWNER, AT, ALL),
  'work.take': (store, _, { tasks }) => store.work.take([tasks.waiting.key], OWNER, AT, AT + 1_000),
  'work.rewind': (store) => store.work.rewind('another process', Date.UTC(2025, 0, 1)),
  'work.beat': (store) => store.work.beat(OWNER, AT, AT + 1_000),
  'work.retry': (store, _, { tasks }) => store.work.retry(tasks.held.key, OWNER, { ...FAILURE, dueAt: AT }),
  'work.release': (store, _, { tasks }) => store.work.release([tasks.held.key], OWNER, AT),
  'work.fail': (store, _, { tasks }) => store.work.fail(tasks.held.key, OWNER, FAILURE),
  'work.split': (store, _, { tasks: { held } }) =>
    store.work.split(held.key, OWNER, { lastSequence: held.firstSequence, at: AT }),
  'outbox.derive': (store) => store.outbox.derive('extract', 1, AT),
  'outbox.list': (store, as) =>
    Promise.all([{}, { state: 'failed' as const }].map((filter) => tasksOf(store, as, { ...filter }))),
  'outbox.get': (store, as, { tasks }) => store.outbox.get(as, tasks.held.id),
  'outbox.redrive': (store, as, { tasks }) => store.outbox.redrive(as, tasks.failed.id, AT),
  'outbox.redriveAll': (store, as) => store.outbox.redriveAll(as, { limit: ALL }, AT),
  'outbox.counts': (store, as) => store.outbox.counts(as),
  'outbox.outstanding': (store, as, { session }) => store.outbox.outstanding(as, session.id, EVERY_SEQUENCE),
  'work.read': (store, { tenantKey }, { tasks }) => store.work.read({ ...tasks.held, tenantKey }),
  'work.file': async (store, { tenantKey }, { tasks: { held } }) => {
    const range = { ...held, tenantKey };
    const { version } = await store.work.read(range);
    const chunks = [newChunk(held.firstSequence, held.lastSequence, { content: 'intruding' })];
    const { key: taskKey, dueAt: at } = held;
    const made = { chunks, tokenCounts: [], vectors: null };
    const commit = { ...range, kind: 'index', taskKey, owner: OWNER, version, ...made, at } as const;
    return store.work.file([commit]);
  },
  'work.episodeBefore': (store, { tenantKey }, { tasks }) => store.work.episodeBefore({ ...tasks.held, tenantKey }),
  'work.reportOn': (store, { tenantKey }, { tasks }) => store.work.reportOn({ ...tasks.held, tenantKey }),
  'episodes.list': (store, as, { user, session }) =>
    Promise.all(
      [{}, { sessionId: session.id }].map((filter) => rowsIn(store.episodes.list(as, user.id, filter, WHOLE))),
    ),
  'episodes.read': (store, as, { user, episode }) => store.episodes.read(as, user.id, [episode]),
  'chunks.ofSession': (store, as, { session }) => store.chunks.ofSession(as, session.id, ALL_CHUNKS),
  'chunks.ofRound': (store, as, { messages }) => store.chunks.ofRound(as, present(messages[0]), ALL_CHUNKS),
  'chunks.count': (store, as, { user, session }) =>
    Promise.all([store.chunks.count(as, user.id), store.chunks.count(as, user.id, session.id)]),
  'vectors.models': (store) => store.vectors.models(),
  'vectors.countWithout': (store) => store.vectors.countWithout('another model'),
  'vectors.messagesWithout': (store) => store.vectors.messagesWithout('another model', EVERYTHING),
  'vectors.chunksWithout': (store) => store.vectors.chunksWithout('another model', EVERYTHING),
  'vectors.fileMessages': async (store) => {
    const [message] = await store.vectors.messagesWithout('another model', EVERYTHING);
    const vector = { scale: 1, components: new Int8Array([1, 2]) };
    return store.vectors.fileMessages(MODEL, [{ message: present(message), vector }]);
  },
  'vectors.episodesWithout': (store) => store.vectors.episodesWithout('another model', EVERYTHING),
  'vectors.fileEpisodes': async (store) => {
    const [episode] = await store.vectors.episodesWithout('another model', EVERYTHING);
    const vector = { scale: 0.5, components: new Int8Array([7, -7]) };
    return store.vectors.fileEpisodes(MODEL, [{ episode: present(episode), vector }]);
  },
  'vectors.fileChunks': async (store) => {
    const [chunk] = await store.vectors.chunksWithout('another model', EVERYTHING);
    return store.vectors.fileChunks(MODEL, [{ chunk: present(chunk), vector: new Float32Array([1]) }]);
  },
  'vectors.forgetMessages': (store) => store.vectors.forgetMessages(ALL),
};
