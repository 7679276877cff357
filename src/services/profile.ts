import { FACT_CATEGORIES, type FactCategory } from '../contract/fact-drafts.ts';
import type { FactRecord } from '../contract/facts.ts';
import type { IdentityRecord, Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { FadeOf } from './fading.ts';

/** Facts that a profile is made of, the oldest, and of each category at the most. */
const MOST_FACTS = 1_000;
const MOST_OF_CATEGORY = 20;

/** What holds about a user, by category. */
export interface Profile {
  readonly categories: readonly { readonly category: FactCategory; readonly facts: readonly FactRecord[] }[];
  /** A line for each fact, in an order that changes only when a fact does: what a model has read before it reads again. */
  readonly lines: readonly string[];
}

/** Of many those that are surest, in the order in which they became known. */
const surest = (facts: readonly FactRecord[]): FactRecord[] =>
  facts
    .toSorted((a, b) => b.confidence - a.confidence || a.key - b.key)
    .slice(0, MOST_OF_CATEGORY)
    .sort((a, b) => a.key - b.key);

/** Reads what holds about a user, or held at a time: the facts whose subject the user is. */
export const readProfile = async (
  store: Pick<Store, 'facts'>,
  scope: Scope,
  { id, name }: Pick<IdentityRecord, 'id' | 'name'>,
  fadeOf: FadeOf,
  asOf?: number,
): Promise<Profile> => {
  const page = { after: null, limit: MOST_FACTS };
  const held = asOf === undefined ? { state: 'active' as const } : { asOf };
  const [{ rows: stored }, fade] = await Promise.all([
    store.facts.list(scope, id, { ...held, subject: name }, page),
    fadeOf(scope, id),
  ]);
  const rows = stored.map((fact) => fade(fact, asOf));
  const categories = FACT_CATEGORIES.flatMap((category) => {
    const facts = surest(rows.filter((fact) => fact.category === category));
    return facts.length > 0 ? [{ category, facts }] : [];
  });
  return { categories, lines: categories.flatMap(({ facts }) => facts.map(({ text }) => text)) };
};
