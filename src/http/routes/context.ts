import { contextOfUser } from '../../api/context.ts';
import { formatInstant } from '../../api/scalars.ts';
import { buildContext, type ContextBlock } from '../../retrieval/context-block.ts';
import { estimateContext } from '../../retrieval/context-estimate.ts';
import { NO_FILTERS } from '../../retrieval/filters.ts';
import type { HttpDependencies } from '../context.ts';
import { withDeadline } from '../deadline.ts';
import { ok } from '../envelope.ts';
import { createLimits } from '../limits.ts';
import { degradedOf, startTiming } from '../report.ts';
import type { Router } from '../route.ts';
import { createSubjects } from '../subjects.ts';
import { nothingInTime } from './query.ts';

/** Results looked at for each token of the block: a short turn with its number and speaker costs some eight. */
const RESULTS_PER_TOKEN = 1 / 8;
const MIN_RESULTS = 20;
const MAX_RESULTS = 1_000;

/** Characters that a token stands for at the most, of what is shown of a long message, and at the least. */
const CHARACTERS_PER_TOKEN = 16;
const LEAST_CHARACTERS_PER_TOKEN = 1 / 8;

const estimated = (deadlineMs: number | null): string =>
  `deadline_ms ${deadlineMs}: tokens were estimated from above, so that less stands in the block than fits; allow more`;

const wordsFor = (found: number, used: number, maxTokens: number): string => {
  if (used > 0) return `Context of ${used} memories`;
  return found > 0
    ? `Nothing fits in ${maxTokens} tokens of what is known; ask with more max_tokens`
    : 'Nothing is known that bears on it';
};

export const registerContext = (route: Router, { services, clock, scheduler }: HttpDependencies): void => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);
  const find = createSubjects(store);

  route(contextOfUser, async ({ caller: { scope }, param, body }) => {
    const timing = startTiming();
    limits.text(['query'], body.query);
    const { key, id: userId } = await find.user(scope, param('user_id'));
    const sessionId = body.session_id ?? null;
    const session = sessionId === null ? null : await find.session(scope, userId, sessionId, 'session_id');
    const agentId = body.agent_id ?? null;
    const agent = agentId === null ? null : await find.agent(scope, agentId, 'agent_id');
    const owner = { tenantKey: scope.tenantKey, userKey: key };
    const deadlineMs = body.deadline_ms ?? null;
    const asked = {
      ...owner,
      question: body.query,
      topK: Math.min(MAX_RESULTS, Math.max(MIN_RESULTS, Math.ceil(body.max_tokens * RESULTS_PER_TOKEN))),
      mode: 'hybrid',
      filters: { ...NO_FILTERS, agentKeys: agent && [agent.key], createdTo: body.as_of ?? null },
      sessionKey: session?.key ?? null,
      nowMs: body.as_of ?? clock.now(),
      isAsOf: typeof body.as_of === 'number',
      explain: false,
      deadlineMs,
      excerpts: {
        longerThan: Math.ceil(body.max_tokens * LEAST_CHARACTERS_PER_TOKEN),
        most: body.max_tokens * CHARACTERS_PER_TOKEN,
      },
    } as const;
    const form = { maxTokens: body.max_tokens, format: body.format, sessionId };
    const { answer, block, isEstimated } = await withDeadline(deadlineMs, scheduler, async ({ orElse }) => {
      const search = () => services.getBufferService(owner).query(asked);
      const inTime = orElse(search, () => nothingInTime(deadlineMs));
      const { found, degraded } = await timing.step('search', inTime);
      const write = () => buildContext(found, form, services.countTokens);
      const counted = await timing.step(
        'block',
        orElse<ContextBlock | null>(write, () => null),
      );
      return {
        answer: { found, degraded },
        block: counted ?? (await estimateContext(found, form)),
        isEstimated: counted === null && found.length > 0,
      };
    });
    const { context, tokens, sources, truncated } = block;
    const degraded = degradedOf(isEstimated ? [...answer.degraded, estimated(deadlineMs)] : answer.degraded, body);
    const citations = sources.map(({ id, kind, session, createdAt }) => ({
      id,
      type: kind,
      session_id: session?.id ?? null,
      created_at: formatInstant(createdAt),
    }));
    const data = { context, tokens, citations, truncated, degraded };
    return ok(wordsFor(answer.found.length, sources.length, body.max_tokens), data, timing.end(degraded).headers);
  });
};
