import type { BodyOf } from '../../api/operation.ts';
import { queryUser, usesNewFields } from '../../api/query.ts';
import { formatInstant } from '../../api/scalars.ts';
import { DOCUMENT_KINDS, type DocumentKind, rulesOf } from '../../contract/documents.ts';
import type { FactRecord } from '../../contract/facts.ts';
import type { Scope } from '../../contract/records.ts';
import type { SearchFilters } from '../../retrieval/filters.ts';
import type { Found, SearchAnswer } from '../../retrieval/search.ts';
import type { SearchMode } from '../../retrieval/search-mode.ts';
import type { HttpDependencies } from '../context.ts';
import { type QuestionDeadlines, tooLate } from '../deadline.ts';
import { type ExtraHeaders, ok } from '../envelope.ts';
import { createLimits } from '../limits.ts';
import { oldRole, presentMetadata, sentRole } from '../present.ts';
import { degradedOf, startTiming } from '../report.ts';
import type { Router } from '../route.ts';
import { type Asking, createSubjects } from '../subjects.ts';

/** Which of the old server's stores a result would have come from. */
const SOURCES = { words: 'keyword_store', meaning: 'vector_store', graph: 'graph_store' } as const;
const MODES: Readonly<Record<string, SearchMode>> = { keyword: 'words', vector: 'meaning', graph: 'graph' };

const scopeOf = ({ session }: Found, sessionId: string | null): 'in_session' | 'cross_session' | null => {
  if (sessionId === null || session === null) return null;
  return session.id === sessionId ? 'in_session' : 'cross_session';
};

/** How much of a result is shown: what the old server knew, roles as they were sent, or all that was sent. */
type Detail = 'old' | 'new' | 'all';

const roleOf = ({ role, source }: Found, detail: Detail) => {
  if (role === null) return null;
  return detail === 'old' ? oldRole(role) : sentRole({ role, source });
};

/** What a result says that was made from messages: of which, the newest first. */
type Made = { readonly message_ids: readonly string[] };

/** Of a fact also until when it holds, and whether it does. */
const ofFact = ({ messageIds, validFrom, validTo, state }: FactRecord) => ({
  message_ids: messageIds,
  valid_from: validFrom === null ? null : formatInstant(validFrom),
  valid_to: validTo === null ? null : formatInstant(validTo),
  state,
});

const present = (
  found: Found,
  { userId, sessionId, made }: { userId: string; sessionId: string | null; made: ReadonlyMap<string, Made> },
  detail: Detail,
) => {
  const { session, duplicates, explain } = found;
  return {
    id: found.id,
    content: found.content,
    score: found.score,
    type: rulesOf(found.kind).shownAs,
    role: roleOf(found, detail),
    created_at: formatInstant(found.createdAt),
    updated_at: formatInstant(found.updatedAt),
    metadata: {
      user_id: userId,
      agent_id: session?.agentId ?? null,
      session_id: session?.id ?? null,
      session_name: session?.name ?? null,
      scope: scopeOf(found, sessionId),
      level: rulesOf(found.kind).level,
      ...made.get(found.id),
      retrieval: { source: SOURCES[found.foundBy], ...(duplicates > 0 && { duplicates }) },
    },
    ...(detail === 'all' && { name: found.name, message_metadata: presentMetadata(found) }),
    ...(explain && { explain: explain.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)) }),
  };
};

/** What a search has found when its time is up: nothing, and a word about it. */
export const nothingInTime = (deadlineMs: number | null): SearchAnswer => ({
  found: [],
  degraded: [`deadline_ms ${deadlineMs}: the search took longer, so there are no results; ask again or allow more`],
  level: 'full',
  isPassing: true,
});

const withoutOrigins = (deadlineMs: number | null): string =>
  `deadline_ms ${deadlineMs}: what facts and episodes were made of was not read in time; allow more`;

/** What is likely enough to answer; all of it without a bound. */
export const scoredFrom = (found: readonly Found[], minScore: number | null | undefined): readonly Found[] =>
  found.filter(({ score }) => score >= (minScore ?? 0));

/** The end of a span that two ends bound; null is none. */
const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

type QueryBody = Omit<BodyOf<typeof queryUser>, 'session_id' | 'agent_id'>;

/** What there is to answer a question with. */
interface Answered {
  readonly message: string;
  readonly results: readonly ReturnType<typeof present>[];
  readonly degraded: readonly string[];
  readonly tookMs: number;
  readonly headers: ExtraHeaders;
}

/** Answers questions to a user's memory, in as much detail as is asked for. */
export const createQuerying = ({ services, clock }: HttpDependencies) => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);

  const madeOf = async (scope: Scope, userId: string, shown: readonly Found[]): Promise<Map<string, Made>> => {
    const ids = (wanted: DocumentKind) => shown.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
    const [factIds, episodeIds] = [ids('fact'), ids('episode')];
    const [facts, episodes] = await Promise.all([
      factIds.length > 0 ? store.facts.read(scope, factIds) : [],
      episodeIds.length > 0 ? store.episodes.read(scope, userId, episodeIds) : [],
    ]);
    return new Map<string, Made>([
      ...facts.map((fact) => [fact.id, ofFact(fact)] as const),
      ...episodes.map(({ id, messageIds }) => [id, { message_ids: messageIds.toReversed() }] as const),
    ]);
  };

  const answerWithin = async (
    { inTime, atLast }: QuestionDeadlines,
    findAsking: () => Promise<Asking>,
    body: QueryBody,
    detail: Detail,
  ): Promise<Answered & Asking> => {
    const timing = startTiming(services.tracing);
    const deadlineMs = body.deadline_ms ?? null;
    const asking = await atLast.orElse(findAsking, () => tooLate(deadlineMs));
    const { scope, user, generation, session, agent, sessions, agents } = asking;
    const { roles, types, levels, created_from, created_to, metadata } = body.filters ?? {};
    const agentKeys = agents?.map(({ key }) => key).filter((key) => !agent || key === agent.key);
    const isShown = { message: body.include_messages, knowledge: body.include_knowledge };
    const filters: SearchFilters = {
      kinds: DOCUMENT_KINDS.filter((kind) => {
        const { shownAs, level } = rulesOf(kind);
        return isShown[shownAs] && (!types || types.includes(shownAs)) && (!levels || levels.includes(level));
      }),
      sessionKeys: sessions?.map(({ key }) => key) ?? null,
      agentKeys: agentKeys ?? (agent && [agent.key]),
      roles: roles ?? null,
      createdFrom: created_from ?? null,
      createdTo: earlier(created_to ?? null, body.as_of?.epochMs ?? null),
      metadata: metadata ?? null,
    };

    const owner = { tenantKey: scope.tenantKey, userKey: user.key };
    const request = {
      ...owner,
      question: body.query,
      topK: body.top_k,
      mode: MODES[body.store_type ?? ''] ?? 'hybrid',
      filters,
      sessionKey: session?.key ?? null,
      nowMs: body.as_of?.epochMs ?? clock.now(),
      offsetMs: body.as_of?.offsetMs ?? 0,
      isAsOf: Boolean(body.as_of),
      explain: body.explain ?? false,
      withMade: Boolean(levels?.some((level) => level > 0)),
      deadlineMs,
    };
    const search = () => services.getBufferService(owner).query(request, generation);
    const answer = await timing.step('search', () => inTime.orElse(search, () => nothingInTime(deadlineMs)));
    const shown = scoredFrom(answer.found, body.min_score);
    const made = await atLast.orElse<Map<string, Made> | null>(
      () => madeOf(scope, user.id, shown),
      () => null,
    );
    const about = { userId: user.id, sessionId: session?.id ?? null, made: made ?? new Map<string, Made>() };
    const results = shown.map((item) => present(item, about, detail));
    const missing = made === null ? [withoutOrigins(deadlineMs)] : [];
    const degraded = degradedOf([...answer.degraded, ...missing], body);
    const answered = { ...asking, results, degraded, ...timing.end(degraded) };
    if (results.length > 0) return { ...answered, message: `Found ${results.length} results` };
    const one = { after: null, limit: 1 };
    const list = () => store.sessions.list(scope, { userId: user.id, agentId: agent?.id }, one);
    const theirs = await atLast.orElse<Awaited<ReturnType<typeof list>> | null>(list, () => null);
    const hasSessions = theirs === null || theirs.rows.length > 0;
    return {
      ...answered,
      message: hasSessions ? 'No results found from BufferService' : 'No sessions found for query',
    };
  };

  return (
    deadlines: QuestionDeadlines,
    findAsking: () => Promise<Asking>,
    body: QueryBody,
    detail: Detail,
  ): Promise<Answered & Asking> => {
    limits.text(['query'], body.query);
    return answerWithin(deadlines, findAsking, body, detail);
  };
};

export const registerQuery = (route: Router, dependencies: HttpDependencies): void => {
  const find = createSubjects(dependencies.services.store);
  const answer = createQuerying(dependencies);
  route(queryUser, async ({ caller: { scope }, deadlines, param, body }) => {
    const isNew = usesNewFields(body);
    const detail = body.fields === 'all' ? 'all' : isNew ? 'new' : 'old';
    const asking = () => find.byId(scope, param('user_id'), body);
    const { message, results, degraded, tookMs, headers } = await answer(deadlines, asking, body, detail);
    const more = isNew ? { degraded, took_ms: tookMs } : {};
    return ok(message, { results, total: results.length, ...more }, headers);
  });
};
