import { contextOfUser } from '../../api/context.ts';
import type { BodyOf } from '../../api/operation.ts';
import { formatInstant } from '../../api/scalars.ts';
import { rulesOf } from '../../contract/documents.ts';
import { buildContext, type ContextBlock, type ContextRequest } from '../../retrieval/context-block.ts';
import { estimateContext } from '../../retrieval/context-estimate.ts';
import { opening, standingSection } from '../../retrieval/context-standing.ts';
import { NO_FILTERS } from '../../retrieval/filters.ts';
import { othersFirst } from '../../retrieval/others-first.ts';
import { fadingBy } from '../../services/fading.ts';
import { readProfile } from '../../services/profile.ts';
import type { HttpDependencies } from '../context.ts';
import { type QuestionDeadlines, tooLate } from '../deadline.ts';
import { ok } from '../envelope.ts';
import { createLimits } from '../limits.ts';
import { degradedOf, startTiming } from '../report.ts';
import type { Router } from '../route.ts';
import { type Asking, createSubjects } from '../subjects.ts';
import { nothingInTime, scoredFrom } from './query.ts';

/** Results looked at for each token of the block: a short turn with its number and speaker costs some eight. */
const RESULTS_PER_TOKEN = 1 / 8;
const MIN_RESULTS = 20;
const MAX_RESULTS = 1_000;

const estimated = (deadlineMs: number | null): string =>
  `deadline_ms ${deadlineMs}: tokens were estimated from above, so that less stands in the block than fits; allow more`;

const wordsFor = (found: number, used: number, maxTokens: number): string => {
  if (used > 0) return `Context of ${used} memories`;
  return found > 0
    ? `Nothing fits in ${maxTokens} tokens of what is known; ask with more max_tokens`
    : 'Nothing is known that bears on it';
};

type ContextBody = Omit<BodyOf<typeof contextOfUser>, 'session_id' | 'agent_id'>;

/** Makes blocks for prompts out of a user's memory. */
export const createContexts = ({ services, clock }: HttpDependencies) => {
  const { config, store } = services;
  const limits = createLimits(() => config.current.server);
  const fadeOf = fadingBy(store, () => config.current, clock);

  const contextWithin = async (
    { inTime, atLast }: QuestionDeadlines,
    findAsking: () => Promise<Asking>,
    body: ContextBody,
  ) => {
    const timing = startTiming(services.tracing);
    const deadlineMs = body.deadline_ms ?? null;
    const asking = await atLast.orElse(findAsking, () => tooLate(deadlineMs));
    const { scope, user, generation, session, agent } = asking;
    const owner = { tenantKey: scope.tenantKey, userKey: user.key };
    const asked = {
      ...owner,
      question: body.query,
      topK: Math.min(MAX_RESULTS, Math.max(MIN_RESULTS, Math.ceil(body.max_tokens * RESULTS_PER_TOKEN))),
      mode: 'hybrid',
      filters: { ...NO_FILTERS, agentKeys: agent && [agent.key], createdTo: body.as_of?.epochMs ?? null },
      sessionKey: session?.key ?? null,
      nowMs: body.as_of?.epochMs ?? clock.now(),
      offsetMs: body.as_of?.offsetMs ?? 0,
      isAsOf: Boolean(body.as_of),
      explain: false,
      withPreferences: true,
      deadlineMs,
      excerpts: { tokens: body.max_tokens },
    } as const;
    const usual = { maxTokens: body.max_tokens, format: body.format, sessionId: session?.id ?? null };
    const search = () => services.getBufferService(owner).query(asked, generation);
    const open = async () => {
      // The question is on its way to the search Worker by then, which works beside this thread.
      await othersFirst();
      const { lines } = await readProfile(store, scope, user, fadeOf, body.as_of?.epochMs);
      return lines.length === 0 ? null : standingSection(lines, { ...usual, name: user.name }, services.countTokens);
    };
    // Neither waits for the other.
    const [answer, section] = await Promise.all([
      timing.step('search', () => inTime.orElse(search, () => nothingInTime(deadlineMs))),
      timing.step('facts', () => inTime.orElse(open, () => null)),
    ]);
    const { preferences, isPassing = false } = answer;
    const found = scoredFrom(answer.found, body.min_score);
    const maxTokens = body.max_tokens - (section?.tokens ?? 0);
    const form: ContextRequest = {
      ...usual,
      maxTokens,
      saysNothing: typeof body.min_score === 'number' && !isPassing,
    };
    const write = () => buildContext(found, form, services.countTokens, preferences);
    const counted = await timing.step('block', () => inTime.orElse<ContextBlock | null>(write, () => null));
    const block = opening(section, counted ?? (await estimateContext(found, form, preferences)));
    const isEstimated = counted === null && (found.length > 0 || preferences !== undefined);
    const { context, tokens, sources, truncated } = block;
    const degraded = degradedOf(isEstimated ? [...answer.degraded, estimated(deadlineMs)] : answer.degraded, body);
    const citations = sources.map(({ id, kind, session, createdAt }) => ({
      id,
      type: rulesOf(kind).shownAs,
      session_id: session?.id ?? null,
      created_at: formatInstant(createdAt),
    }));
    const data = { context, tokens, citations, truncated, degraded };
    const message = wordsFor(found.length, sources.length, body.max_tokens);
    return { asking, message, data, headers: timing.end(degraded).headers };
  };

  return (deadlines: QuestionDeadlines, findAsking: () => Promise<Asking>, body: ContextBody) => {
    limits.text(['query'], body.query);
    return contextWithin(deadlines, findAsking, body);
  };
};

export const registerContext = (route: Router, dependencies: HttpDependencies): void => {
  const find = createSubjects(dependencies.services.store);
  const contextFor = createContexts(dependencies);
  route(contextOfUser, async ({ caller: { scope }, deadlines, param, body }) => {
    const asking = () => find.byId(scope, param('user_id'), body);
    const { message, data, headers } = await contextFor(deadlines, asking, body);
    return ok(message, data, headers);
  });
};
