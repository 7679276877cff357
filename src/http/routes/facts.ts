import { facts } from '../../api/facts.ts';
import { parseInstant } from '../../api/scalars.ts';
import { notFound } from '../../contract/errors.ts';
import { FACT_CATEGORIES } from '../../contract/fact-drafts.ts';
import { FACT_STATES, type FactPatch, type FactRecord } from '../../contract/facts.ts';
import type { IdentityRecord, Scope } from '../../contract/records.ts';
import { editedText } from '../../memory/kinds/extract/edited.ts';
import { fadingBy } from '../../services/fading.ts';
import { readProfile } from '../../services/profile.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { createLimits } from '../limits.ts';
import { parseChoice } from '../list-parameters.ts';
import { linkTo, pageAsked } from '../lists.ts';
import { presentEntity, presentEvent, presentFact } from '../present-fact.ts';
import type { Router } from '../route.ts';

const STATES = [...FACT_STATES, 'all'] as const;

/** Errors: 400 for what is no time. */
const parseTime = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = parseInstant(text);
  if (time === null) throw refuse(400, name, `Invalid ${name} parameter`, `${name} must be an ISO 8601 date or time`);
  return time;
};

/** A time that may be removed: null removes, and what is absent stays. */
const given = <T>(value: T | null | undefined): { readonly value: T | null } | null =>
  value === undefined ? null : { value };

export const registerFacts = (route: Router, { services, clock }: HttpDependencies): void => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);
  const fadeOf = fadingBy(store, () => config.current, clock);
  const present = async (scope: Scope, fact: FactRecord) => presentFact((await fadeOf(scope, fact.userId))(fact));

  const findUser = async (scope: Scope, id: string): Promise<IdentityRecord> => {
    const user = await store.users.get(scope, id);
    if (!user) throw notFound('user', id);
    return user;
  };
  const find = async (scope: Scope, id: string): Promise<FactRecord> => {
    const [fact] = await store.facts.read(scope, [id]);
    if (!fact) throw notFound('fact', id);
    return fact;
  };

  route(facts.list, async ({ caller: { scope }, param, query, url }) => {
    const page = pageAsked(query);
    const asOf = parseTime('as_of', query.as_of);
    const asked = parseChoice('state', query.state, STATES, asOf === undefined ? 'active' : 'all');
    const category =
      query.category === undefined ? undefined : parseChoice('category', query.category, FACT_CATEGORIES, 'other');
    const filter = {
      state: asked === 'all' ? undefined : asked,
      subject: query.subject,
      category,
      asOf,
      sessionId: query.session_id,
    };
    const userId = param('user_id');
    const [{ rows, next }, fade] = await Promise.all([
      store.facts.list(scope, userId, filter, page),
      fadeOf(scope, userId),
    ]);
    const data = { facts: rows.map((fact) => presentFact(fade(fact, asOf))), next_cursor: next };
    return ok('Facts retrieved successfully', data, linkTo(url, next));
  });

  route(facts.history, async ({ caller: { scope }, param }) => {
    const fact = await find(scope, param('fact_id'));
    const history = await store.facts.history(scope, fact.id);
    const data = { fact: await present(scope, fact), history: history.map(presentEvent) };
    return ok('Fact history retrieved successfully', data);
  });

  route(facts.update, async ({ caller: { scope }, param, body }) => {
    const { text, category, confidence, state } = body;
    if (typeof text === 'string') limits.text(['text'], text);
    const fact = await find(scope, param('fact_id'));
    const [validFrom, validTo] = [given(body.valid_from), given(body.valid_to)];
    const patch: FactPatch = {
      ...(typeof text === 'string' && editedText(fact, text)),
      category: category ?? undefined,
      confidence: confidence ?? undefined,
      ...(validFrom && { validFrom: validFrom.value }),
      ...(validTo && { validTo: validTo.value }),
      state: state ?? undefined,
    };
    const changed = await store.facts.update(scope, fact.id, patch, clock.now());
    return ok('Fact updated successfully', { fact: await present(scope, changed) });
  });

  route(facts.delete, async ({ caller: { scope }, param }) => {
    const id = param('fact_id');
    const [deleted] = await store.facts.delete(scope, [id], clock.now());
    if (deleted === undefined) throw notFound('fact', id);
    return ok('Fact deleted successfully', { fact_id: deleted });
  });

  route(facts.undo, async ({ caller: { scope }, param }) => {
    const id = param('fact_id');
    const fact = await store.facts.undo(scope, id, clock.now());
    if (fact) return ok('Change taken back', { fact: await present(scope, fact) });
    throw refuse(409, 'fact_id', `Fact with ID '${id}' has no change that could be taken back`);
  });

  route(facts.entities, async ({ caller: { scope }, param, query, url }) => {
    const { rows, next } = await store.facts.entities(scope, param('user_id'), pageAsked(query));
    const data = { entities: rows.map(presentEntity), next_cursor: next };
    return ok('Entities retrieved successfully', data, linkTo(url, next));
  });

  route(facts.profile, async ({ caller: { scope }, param }) => {
    const { categories, lines } = await readProfile(store, scope, await findUser(scope, param('user_id')), fadeOf);
    return ok('Profile retrieved successfully', {
      text: lines.join('\n'),
      categories: categories.map(({ category, facts: known }) => ({ category, facts: known.map(presentFact) })),
    });
  });
};
