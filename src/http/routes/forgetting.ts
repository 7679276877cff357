import { facts } from '../../api/facts.ts';
import { formatInstant } from '../../api/scalars.ts';
import { MemfuseError, notFound } from '../../contract/errors.ts';
import type { FactRecord } from '../../contract/facts.ts';
import type { IdentityRecord, Scope } from '../../contract/records.ts';
import { editedText } from '../../memory/kinds/extract/edited.ts';
import { NO_FILTERS } from '../../retrieval/filters.ts';
import type { Found } from '../../retrieval/search.ts';
import { type Fade, fadingBy } from '../../services/fading.ts';
import { findSaidAgain, MOST_LOOKED_THROUGH, meantBy, type SaidAgain } from '../../services/said-again.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { createLimits } from '../limits.ts';
import { presentFact } from '../present-fact.ts';
import type { Router } from '../route.ts';

/** Facts that are looked through for the one that is meant. */
const MOST_MEANT = 10;

const present = ({ messages, knowledge, facts: known }: SaidAgain, fade: Fade) => ({
  messages: messages.map(({ id, sessionId, role, content, createdAt }) => ({
    ...{ id, session_id: sessionId, role, content },
    created_at: formatInstant(createdAt),
  })),
  knowledge: knowledge.map(({ id, content, createdAt }) => ({ id, content, created_at: formatInstant(createdAt) })),
  facts: known.map((fact) => presentFact(fade(fact))),
});

export const registerForgetting = (route: Router, { services, clock }: HttpDependencies): void => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);
  const fadeOf = fadingBy(store, () => config.current, clock);

  const findUser = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const user = await store.users.get(scope, id);
    if (!user) throw notFound('user', id);
    return user;
  };

  const searchOf =
    ({ tenantKey }: Scope, { key: userKey }: IdentityRecord) =>
    async (question: string): Promise<readonly Found[]> => {
      const owner = { tenantKey, userKey };
      const request = {
        ...owner,
        question,
        topK: MOST_LOOKED_THROUGH,
        mode: 'hybrid',
        filters: NO_FILTERS,
        nowMs: clock.now(),
        explain: false,
      } as const;
      return (await services.getBufferService(owner).query(request)).found;
    };

  /** Deletes messages of a session; those that somebody else has deleted meanwhile are as good. */
  const deleteMessages = async (scope: Scope, sessionId: string, ids: readonly string[]): Promise<void> => {
    try {
      await store.messages.delete(scope, sessionId, ids, clock.now());
    } catch (error) {
      if (!(error instanceof MemfuseError) || error.code !== 'not_found') throw error;
      const { ids: gone = ids } = error.details;
      const left = ids.filter((id) => !gone.includes(id));
      if (left.length > 0) await deleteMessages(scope, sessionId, left);
    }
  };

  const forget = async (scope: Scope, userId: string, { messages, knowledge, facts: known }: SaidAgain) => {
    await store.facts.delete(
      scope,
      known.map(({ id }) => id),
      clock.now(),
    );
    for (const [sessionId, theirs] of Map.groupBy(messages, (message) => message.sessionId)) {
      await deleteMessages(
        scope,
        sessionId,
        theirs.map(({ id }) => id),
      );
    }
    await store.knowledge.delete(
      scope,
      userId,
      knowledge.map(({ id }) => id),
    );
  };

  route(facts.forget, async ({ caller: { scope }, param, body }) => {
    const { query, ids, dry_run: isDryRun } = body;
    if (typeof query === 'string') {
      limits.text(['query'], query);
      if (meantBy(query).length === 0) {
        throw refuse(400, 'query', 'The query names nothing to forget', 'Say in words what is to be forgotten.');
      }
    }
    const user = await findUser(scope, param('user_id'));
    const search = searchOf(scope, user);
    const meant = typeof query === 'string' ? { query } : { ids: ids ?? [] };
    const found = await findSaidAgain({ store, scope, userId: user.id, search }, meant);
    if (!isDryRun) await forget(scope, user.id, found);
    const count = found.messages.length + found.knowledge.length + found.facts.length;
    const message = `${count} memories ${isDryRun ? 'would be' : 'were'} forgotten`;
    return ok(message, { dry_run: isDryRun, forgotten: present(found, await fadeOf(scope, user.id)) });
  });

  /** The fact that holds and answers a query best. */
  const meantFact = async (scope: Scope, user: IdentityRecord, query: string): Promise<FactRecord> => {
    const found = await store.facts.find(scope, user.id, meantBy(query), MOST_MEANT);
    const fact = found.find(({ state }) => state === 'active') ?? found[0];
    if (!fact) throw refuse(404, 'query', 'No fact answers the query', 'Name the fact by its id, or in other words.');
    return fact;
  };

  route(facts.correct, async ({ caller: { scope }, param, body }) => {
    const { fact_id: factId, query, text } = body;
    limits.text(['text'], text);
    if (typeof query === 'string') limits.text(['query'], query);
    const user = await findUser(scope, param('user_id'));
    const [named] = typeof factId === 'string' ? await store.facts.read(scope, [factId]) : [];
    if (typeof factId === 'string' && named?.userId !== user.id) throw notFound('fact', factId);
    const fact = named ?? (await meantFact(scope, user, query ?? ''));
    const fade = await fadeOf(scope, user.id);
    const corrected = await store.facts.update(
      scope,
      fact.id,
      { ...editedText(fact, text), confidence: 1, state: 'active' },
      clock.now(),
    );
    return ok('Fact corrected successfully', { fact: presentFact(fade(corrected)), replaced: fact.text });
  });
};
