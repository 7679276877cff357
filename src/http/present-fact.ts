import { formatInstant } from '../api/scalars.ts';
import type { EntityRecord, FactEvent, FactRecord, FactSnapshot } from '../contract/facts.ts';

const timeOf = (at: number | null): string | null => (at === null ? null : formatInstant(at));

const presentStatement = (fact: FactSnapshot) => ({
  text: fact.text,
  subject: fact.subject,
  predicate: fact.predicate,
  object: fact.object,
  category: fact.category,
  confidence: fact.confidence,
  valid_from: timeOf(fact.validFrom),
  valid_to: timeOf(fact.validTo),
});

/** A fact in its JSON form. */
export const presentFact = (fact: FactRecord) => ({
  id: fact.id,
  user_id: fact.userId,
  ...presentStatement(fact),
  entities: fact.entities,
  message_ids: fact.messageIds,
  supersedes: fact.supersedes,
  superseded_by: fact.supersededBy,
  state: fact.state,
  created_at: formatInstant(fact.createdAt),
  updated_at: formatInstant(fact.updatedAt),
});

const presentSnapshot = (snapshot: FactSnapshot) => ({
  ...presentStatement(snapshot),
  state: snapshot.state,
  superseded_by: snapshot.supersededBy,
});

export const presentEvent = ({ at, change, reason, before, after }: FactEvent) => ({
  at: formatInstant(at),
  change,
  reason,
  before: before && presentSnapshot(before),
  after: presentSnapshot(after),
});

export const presentEntity = ({ id, name, aliases, kind, facts, firstSeen, lastSeen }: EntityRecord) => ({
  id,
  name,
  aliases,
  kind,
  facts,
  first_seen: formatInstant(firstSeen),
  last_seen: formatInstant(lastSeen),
});
