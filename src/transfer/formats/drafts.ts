import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { readTurn } from '../../api/chat-turn.ts';
import { MAX_METADATA_BYTES } from '../../api/messages.ts';
import type { Role } from '../../contract/records.ts';
import { ROLES } from '../../contract/records.ts';
import { lowestIdAt } from '../../platform/ids.ts';
import type { ReadRecord } from '../import.ts';
import type { ExportedRecord } from '../records.ts';

/** A turn of a conversation of another system. */
export interface DraftTurn {
  /** Null for the user that the import names. */
  readonly user: string | null;
  readonly agent: string | null;
  /** What tells the conversation from others there; null for one conversation. */
  readonly conversation: string | null;
  /** The name of the conversation. */
  readonly title: string | null;
  readonly role: string;
  /** Text, or parts as chat APIs have them. */
  readonly content: unknown;
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly name?: string | null;
  /** Epoch milliseconds; null when it is not known. */
  readonly at: number | null;
  readonly metadata?: unknown;
}

/** Something that another system knows of a user. */
export interface DraftKnowledge {
  readonly user: string | null;
  readonly content: string;
  readonly at: number | null;
}

export type Draft =
  | ({ readonly line: number } & { readonly turn: DraftTurn })
  | ({ readonly line: number } & { readonly knowledge: DraftKnowledge });

const MOST_NAME = 200;
const AGENT = 'imported';
/** Where times are not known, turns are a second apart. */
const STEP_MS = 1_000;

/** Sessions whose turns are counted on when others come between them. */
const MOST_SESSIONS = 100_000;

interface Reached {
  readonly turns: number;
  readonly lastMs: number;
}

const nameOf = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_NAME) || 'unnamed';

/**
 * An id that is the same whenever the same thing is imported, in the form of those of this server: a UUIDv7 of a time, with
 * a digest in place of random bits.
 */
const idFor = (atMs: number, ...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((Number.parseInt(hex.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${lowestIdAt(atMs)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`;
};

const ROLE_NAMES: Readonly<Record<string, Role>> = {
  human: 'user',
  ai: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  norole: 'user',
};
const roleOf = (role: string): Role | null => {
  const name = role.toLowerCase();
  return (ROLES as readonly string[]).includes(name) ? (name as Role) : (ROLE_NAMES[name] ?? null);
};

const metadataOf = (metadata: unknown): string | null => {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return null;
  const text = JSON.stringify(metadata);
  return text === '{}' || Buffer.byteLength(text) > MAX_METADATA_BYTES ? null : text;
};

/** Makes records of drafts: users, agents and sessions stand above what is theirs. */
export class Records {
  readonly #user: string;
  readonly #atMs: number;
  readonly #agents = new Set<string>();
  #userAtHand: string | null = null;
  #sessionAtHand: string | null = null;
  /** How far each session is: a file may go from one to another and back. */
  readonly #reached = new LRUCache<string, Reached>({ max: MOST_SESSIONS });

  /**
   * @param user the name of whoever is not named in the file.
   * @param atMs the time of what has none.
   */
  constructor(user: string, atMs: number) {
    this.#user = user;
    this.#atMs = atMs;
  }

  *of(draft: Draft): Generator<ReadRecord, void> {
    const { line } = draft;
    if ('knowledge' in draft) yield* this.#knowledge(line, draft.knowledge);
    else yield* this.#turn(line, draft.turn);
  }

  *#owner(line: number, name: string | null): Generator<ReadRecord, { id: string; name: string }> {
    const user = nameOf(name ?? this.#user);
    const id = idFor(0, 'user', user);
    if (this.#userAtHand !== user) {
      this.#userAtHand = user;
      this.#sessionAtHand = null;
      yield { line, record: { type: 'user', id, name: user, description: null, ...timesAt(this.#atMs) } };
    }
    return { id, name: user };
  }

  *#knowledge(line: number, { user, content, at }: DraftKnowledge): Generator<ReadRecord, void> {
    const owner = yield* this.#owner(line, user);
    if (content.trim() === '') {
      yield { line, problem: 'There is no text in it' };
      return;
    }
    const atMs = at ?? this.#atMs;
    // Without a time of its own it has the same id at each import.
    const id = idFor(at ?? 0, 'knowledge', owner.name, content);
    yield { line, record: { type: 'knowledge', id, user_id: owner.id, content, ...timesAt(atMs) } };
  }

  *#turn(line: number, turn: DraftTurn): Generator<ReadRecord, void> {
    const role = roleOf(turn.role);
    if (role === null) {
      yield { line, problem: `The role is "${turn.role.slice(0, 40)}"; there are ${ROLES.join(', ')}` };
      return;
    }
    const read = readTurn(turn.content, turn.beside ?? {});
    if (read === null) {
      yield { line, problem: 'There is no text in it' };
      return;
    }
    const owner = yield* this.#owner(line, turn.user);
    const conversation = turn.conversation ?? turn.title ?? 'imported';
    const agent = nameOf(turn.agent ?? AGENT);
    const sessionKey = JSON.stringify([owner.name, conversation]);
    const sessionId = idFor(0, 'session', owner.name, conversation);
    const agentId = idFor(0, 'agent', agent);
    if (this.#sessionAtHand !== sessionKey) {
      this.#sessionAtHand = sessionKey;
      const times = timesAt(turn.at ?? this.#atMs);
      if (!this.#agents.has(agent)) {
        this.#agents.add(agent);
        yield { line, record: { type: 'agent', id: agentId, name: agent, description: null, ...timesAt(this.#atMs) } };
      }
      const name = nameOf(turn.title ?? conversation);
      const session = { id: sessionId, user_id: owner.id, agent_id: agentId, name, ...times, made: [] };
      yield { line, record: { type: 'session', ...session } };
    }
    const before = this.#reached.get(sessionKey);
    const turns = (before?.turns ?? 0) + 1;
    const atMs = turn.at ?? (before ? before.lastMs + STEP_MS : this.#atMs);
    this.#reached.set(sessionKey, { turns, lastMs: atMs });
    const record: ExportedRecord = {
      type: 'message',
      id: idFor(turn.at ?? turns, 'message', owner.name, conversation, String(turns), read.content),
      session_id: sessionId,
      role: read.isResult ? 'tool' : role,
      content: read.content,
      name: turn.name ? nameOf(turn.name) : null,
      metadata: metadataOf(turn.metadata),
      source: read.source && JSON.stringify(read.source),
      ...timesAt(atMs),
    };
    yield { line, record };
  }
}

const timesAt = (at: number) => ({ created_at: at, updated_at: at });
