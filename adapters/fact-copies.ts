import {
  COPIED_KINDS,
  type CopiedKind,
  type EpisodeCopy,
  type EventCopy,
  type FactCopy,
  type ForgottenCopy,
  type MentionCopy,
  MOST_TERMS,
  type PendingCopy,
} from '../src/contract/copies.ts';
import type { FactDraft } from '../src/contract/fact-drafts.ts';
import { movableForgotten } from './forgotten-facts.ts';
import { cursorsOf } from './pages.ts';

/** Rows as both engines read them for a copy. */
export type FactCopyRow = Omit<FactCopy, 'kind' | 'terms' | 'entities' | 'history' | 'mentions'> & {
  readonly key: number;
};
export type EntityNameRow = FactCopy['entities'][number];
export type EventRow = Omit<EventCopy, 'isUndone'> & { readonly isUndone: boolean | 0 | 1 };
export type MentionCopyRow = { readonly saidAt: number; readonly draft: string; readonly terms: string };
export type EpisodeCopyRow = Omit<EpisodeCopy, 'kind' | 'participants' | 'keyPhrases' | 'vector'> & {
  readonly key: number;
  readonly participants: string;
  readonly keyPhrases: string;
  readonly scale: number | null;
  readonly components: Uint8Array | null;
  readonly model: string | null;
};
export type ForgottenRow = { readonly sequence: number; readonly messageId: string; readonly digests: string };
export type PendingRow = Omit<PendingCopy, 'kind' | 'work' | 'firstMessageId' | 'lastMessageId'> & {
  readonly key: number;
  readonly lastSequence: number;
  readonly firstSequence: number;
  readonly kind: string;
  readonly firstMessageId: string | null;
  readonly lastMessageId: string | null;
};

/** What belongs to a fact beside its row. */
export type FactParts = {
  readonly terms: readonly string[];
  readonly entities: readonly EntityNameRow[];
  readonly history: readonly EventRow[];
  readonly mentions: readonly MentionCopyRow[];
};

const draftOf = ({ draft }: Pick<MentionCopyRow, 'draft'>): FactDraft => JSON.parse(draft) as FactDraft;

/** The keys of the messages that a mention was made of, the newest first. */
export const messageKeysOf = (mention: Pick<MentionCopyRow, 'draft'>): readonly number[] =>
  draftOf(mention).messageKeys;

const toMention = (row: MentionCopyRow, idOf: (messageKey: number) => string | undefined): MentionCopy => {
  const draft = draftOf(row);
  return {
    messageIds: draft.messageKeys.flatMap((key) => idOf(key) ?? []),
    saidAt: row.saidAt,
    // An outcome that says the same is told by the text of its draft, so the order of its fields stays.
    draft: JSON.stringify({ ...draft, messageKeys: [] } satisfies FactDraft),
    terms: JSON.parse(row.terms) as string[],
  };
};

export const toFactCopy = (
  { key: _key, ...row }: FactCopyRow,
  { terms, entities, history, mentions }: FactParts,
  idOf: (messageKey: number) => string | undefined,
): FactCopy => {
  const said = mentions.map((mention) => toMention(mention, idOf));
  const found = new Set(said.flatMap((mention) => mention.terms));
  return {
    kind: 'fact',
    ...row,
    terms: terms
      .filter((term) => !found.has(term))
      .toSorted()
      .slice(0, MOST_TERMS),
    entities,
    history: history.map((event) => ({ ...event, isUndone: Boolean(event.isUndone) })),
    mentions: said,
  };
};

/** The draft of a mention where its messages have these keys. */
export const draftWith = ({ draft }: MentionCopy, messageKeys: readonly number[]): FactDraft => ({
  ...draftOf({ draft }),
  messageKeys,
});

export const toEpisodeCopy = (row: EpisodeCopyRow): EpisodeCopy => {
  const { key: _key, participants, keyPhrases, scale, components, model, ...episode } = row;
  const vector =
    scale !== null && components !== null && model !== null
      ? { scale, components: new Int8Array(components), model }
      : null;
  return {
    kind: 'episode',
    ...episode,
    participants: JSON.parse(participants) as string[],
    keyPhrases: JSON.parse(keyPhrases) as string[],
    vector,
  };
};

export const toForgottenCopy = (userKey: number, { messageId, digests }: ForgottenRow): ForgottenCopy => ({
  kind: 'forgotten',
  messageId,
  statements: (JSON.parse(digests) as string[]).map((stored) => movableForgotten(userKey, stored)).sort(),
});

export const toPending = ({ kind, firstMessageId, lastMessageId }: PendingRow): PendingCopy[] =>
  (COPIED_KINDS as readonly string[]).includes(kind) && firstMessageId !== null && lastMessageId !== null
    ? [{ kind: 'pending', work: kind as CopiedKind, firstMessageId, lastMessageId }]
    : [];

/** Where a page of the work on a session begins, and what leads to the next. */
export const pendingCursors = (sessionKey: number, after: string | null) => {
  const cursors = cursorsOf(['copies of what is not done', sessionKey]);
  const [afterLast, afterFirst, afterKey] = cursors.read<readonly [number, number, number]>(after, [0, 0, 0]);
  return {
    after: { afterLast, afterFirst, afterKey },
    cursorOf: ({ lastSequence, firstSequence, key }: PendingRow) => cursors.write([lastSequence, firstSequence, key]),
  };
};
