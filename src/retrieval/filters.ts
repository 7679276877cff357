import { type CorpusReader, type MessageMetadata, SESSIONS_A_PAGE } from '../contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, rulesOf } from '../contract/documents.ts';
import type { JsonText, Role } from '../contract/records.ts';
import { canonicalJson, parseExactJson } from '../platform/exact-json.ts';
import { ROLES, type UserIndex } from './index/user-index.ts';
import { othersFirst } from './others-first.ts';
import type { Owner } from './owner.ts';

/** Which results are wanted; null where anything is. */
export interface SearchFilters {
  readonly kinds: readonly DocumentKind[];
  /** Only messages of these sessions. */
  readonly sessionKeys: readonly number[] | null;
  /** Only messages of sessions with these agents; knowledge belongs to no session and stays. */
  readonly agentKeys: readonly number[] | null;
  readonly roles: readonly Role[] | null;
  /** Epoch milliseconds, both ends included. */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  /** A JSON object of what the metadata of a message must hold. */
  readonly metadata: JsonText | null;
}

/** All messages and all knowledge. */
export const NO_FILTERS: SearchFilters = {
  kinds: DOCUMENT_KINDS,
  sessionKeys: null,
  agentKeys: null,
  roles: null,
  createdFrom: null,
  createdTo: null,
  metadata: null,
};

/** Whether filters leave out more than what was said after a time. */
export const narrows = ({ kinds, sessionKeys, agentKeys, roles, createdFrom, metadata }: SearchFilters): boolean =>
  kinds.length < NO_FILTERS.kinds.length ||
  [sessionKeys, agentKeys, roles, createdFrom, metadata].some((each) => each !== null);

/** The sessions that the filters leave; null for all. */
export const allowedSessions = async (
  corpus: Pick<CorpusReader, 'sessionsOfAgent'>,
  { tenantKey, userKey }: Owner,
  { sessionKeys, agentKeys }: SearchFilters,
): Promise<readonly number[] | null> => {
  if (!agentKeys) return sessionKeys;
  const ofAgent = async (agentKey: number): Promise<number[]> => {
    const all: number[] = [];
    for (;;) {
      const page = await corpus.sessionsOfAgent(tenantKey, userKey, agentKey, all.at(-1) ?? 0);
      all.push(...page);
      if (page.length < SESSIONS_A_PAGE) return all;
      await othersFirst();
    }
  };
  const ofAgents = await Promise.all(agentKeys.map(ofAgent));
  const keys = new Set(ofAgents.flat());
  return sessionKeys ? sessionKeys.filter((key) => keys.has(key)) : [...keys];
};

/** What the filters let through, by slot. Metadata is not in the index: it is looked at when results are fetched. */
export const filterSlots = (
  { columns, sessions }: UserIndex,
  { kinds, sessionKeys, roles, createdFrom, createdTo }: SearchFilters,
  allowed: readonly number[] | null,
): ((slot: number) => boolean) => {
  const { kind, session, role, createdAt } = columns.arrays;
  const after = createdFrom ?? Number.NEGATIVE_INFINITY;
  const by = createdTo ?? Number.POSITIVE_INFINITY;
  const wantedSessions = allowed && new Set(allowed.map((key) => sessions.find(key)));
  const wantedRoles = roles && new Set(roles.map((name) => ROLES.indexOf(name)));
  const rules = DOCUMENT_KINDS.map(rulesOf);
  const hasSession = rules.map((each) => each.hasSession);
  const isTurn = rules.map((each) => each.isTurn);
  // What belongs to no session, like knowledge, is in none of some; what is no turn, nobody said.
  const isWanted = rules.map(
    (each, i) =>
      kinds.includes(DOCUMENT_KINDS[i] as DocumentKind) && (each.hasSession || !sessionKeys) && (each.isTurn || !roles),
  );
  return (slot) => {
    const own = kind[slot] as number;
    if (!isWanted[own]) return false;
    if (wantedSessions && hasSession[own] && !wantedSessions.has(session[slot])) return false;
    if (wantedRoles && isTurn[own] && !wantedRoles.has(role[slot] as number)) return false;
    const at = createdAt[slot] as number;
    return at >= after && at <= by;
  };
};

const membersOf = (metadata: JsonText): Record<string, unknown> => parseExactJson(metadata) as Record<string, unknown>;

/**
 * Whether a message's metadata, as they are shown, hold what the filter names, value by value; numbers digit by digit. Null
 * for a filter that names nothing.
 */
export const metadataFilter = (wanted: JsonText): ((message: MessageMetadata) => boolean) | null => {
  const members = Object.entries(membersOf(wanted)).map(([name, value]) => [name, canonicalJson(value)] as const);
  if (members.length === 0) return null;
  return ({ metadata, source }) => {
    const held = metadata === null ? {} : membersOf(metadata);
    if (source !== null) held['source'] = parseExactJson(source);
    return members.every(([name, value]) => Object.hasOwn(held, name) && canonicalJson(held[name]) === value);
  };
};
