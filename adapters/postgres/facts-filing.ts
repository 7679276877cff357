import type { NewMention } from '../../src/contract/facts.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { ExtractOutcome, RangeVersion } from '../../src/contract/work.ts';
import type { FactOwner, Source } from '../fact-making.ts';
import { isForgotten } from '../forgotten-facts.ts';
import type { KindFiling, PostgresKind } from './context.ts';
import { type FactTransaction, openFactBook } from './fact-book.ts';
import { lockMemories } from './memories.ts';
import { removeRows } from './row-removal.ts';
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import type { Transaction } from './transaction.ts';

type Mention = { readonly key: number; readonly factKey: number };
type FiledMention = Mention & { readonly sequence: number; readonly draft: string; readonly factId: string };

/** Rows that deleting a mention touches: its sources, its fact, and what the fact is found by. */
const ROWS_OF_MENTION = 4;

const sql = openStatements(factsFilingSql);

const isOtherVersion = async (
  tx: Transaction,
  { tenantKey, userKey, sessionKey }: ExtractOutcome,
  { version, ...span }: SequenceRange & { readonly version: RangeVersion },
): Promise<boolean> => {
  const now = await sql.get<RangeVersion>(tx, 'version', { tenantKey, userKey, sessionKey, ...span });
  return now?.messages !== version.messages || now.generation !== version.generation;
};

/** The messages of a mention, the newest first; null when one is gone. */
const sourcesOf = async (
  tx: Transaction,
  { tenantKey, userKey }: FactOwner,
  { draft }: NewMention,
): Promise<Source[] | null> => {
  const messageKeys = arrayOf(draft.messageKeys);
  const found = await sql.all<Source>(tx, 'places_of', { tenantKey, userKey, messageKeys });
  const byKey = new Map(found.map((source) => [source.messageKey, source]));
  const sources = draft.messageKeys.flatMap((key) => byKey.get(key) ?? []);
  return sources.length === draft.messageKeys.length && sources.length > 0 ? sources : null;
};

const wasForgotten = async (
  tx: Transaction,
  { tenantKey, userKey }: FactOwner,
  statement: NewMention,
  sources: readonly Source[],
): Promise<boolean> => {
  for (const { sessionKey, sequence } of sources) {
    const place = { tenantKey, userKey, sessionKey, sequence };
    const found = await sql.all<{ digests: string }>(tx, 'forgotten_at', place);
    if (found.some(({ digests }) => isForgotten(userKey, statement, digests))) return true;
  }
  return false;
};

/** What is kept of `extract` tasks: facts, made of mentions. */
export const openExtractFiling: PostgresKind['open'] = (ids): KindFiling => {
  const book = openFactBook(() => ids.uuid());

  const isKept = async (tx: Transaction, owner: FactOwner, factKey: number): Promise<boolean> => {
    const fact = await book.rowOf(tx, owner, factKey);
    return fact !== null && (fact.editedAt !== null || fact.state === 'retracted');
  };
  /** Those of mentions whose facts no person has changed. */
  const notKept = async <M extends Mention>(tx: Transaction, owner: FactOwner, mentions: Iterable<M>): Promise<M[]> => {
    const free: M[] = [];
    for (const mention of mentions) if (!(await isKept(tx, owner, mention.factKey))) free.push(mention);
    return free;
  };

  /** Takes mentions away, then makes their facts anew of what is left. */
  const removeMentions = async (change: FactTransaction, mentions: readonly Mention[]): Promise<void> => {
    for (const { key } of mentions) await book.removeMention(change.tx, change, key);
    for (const factKey of new Set(mentions.map((mention) => mention.factKey))) await book.settle(change, factKey, true);
  };

  return {
    isOutdated: async (tx, outcome) => {
      if (outcome.kind !== 'extract') return false;
      const { tenantKey, userKey, factsGeneration, before, mentions } = outcome;
      // Nothing was compared, and nothing will be said.
      if (mentions.length > 0) {
        type Now = { readonly factsGeneration: number };
        const now = await sql.get<Now>(tx, 'owner_generation', { tenantKey, userKey });
        if (now?.factsGeneration !== factsGeneration) return true;
      }
      if (before && (await isOtherVersion(tx, outcome, before))) return true;
      for (const mention of mentions) if ((await sourcesOf(tx, outcome, mention)) === null) return true;
      return false;
    },
    file: async (tx, outcome) => {
      if (outcome.kind !== 'extract') return;
      const { tenantKey, userKey, sessionKey, firstSequence, lastSequence, at } = outcome;
      const owner = { tenantKey, userKey };
      const range = { ...owner, sessionKey, firstSequence, lastSequence };
      const filed = await sql.all<FiledMention>(tx, 'mentions_of_range', range);
      const identity = (factId: string, draft: string): string => `${factId} ${draft}`;
      const there = new Map(filed.map((mention) => [identity(mention.factId, mention.draft), mention]));
      const added: { readonly mention: NewMention; readonly sources: readonly Source[] }[] = [];
      for (const mention of outcome.mentions) {
        const sources = (await sourcesOf(tx, owner, mention)) ?? [];
        if (there.delete(identity(mention.factId, JSON.stringify(mention.draft)))) continue;
        if (sources.length > 0 && !(await wasForgotten(tx, owner, mention, sources))) added.push({ mention, sources });
      }
      // What a person changed stays, and what a later try says of the same message is a mention of it.
      const gone = await notKept(tx, owner, there.values());
      if (added.length + gone.length + outcome.supersessions.length === 0) return;
      await book.change(tx, owner, at, async (change) => {
        const touched = new Set<number>();
        for (const { mention, sources } of added) touched.add(await book.mention(change, mention, sources));
        await removeMentions(change, gone);
        for (const factKey of touched) await book.settle(change, factKey, false);
        for (const { olderId, newerId, reason } of outcome.supersessions) {
          const [older, newer] = [await book.keyOf(tx, change, olderId), await book.keyOf(tx, change, newerId)];
          if (older !== null && newer !== null) await book.supersede(change, older, newer, reason);
        }
      });
    },
    void: async (tx, { tenantKey, userKey, sessionKey, sequence, at }, what) => {
      const place = { tenantKey, userKey, sessionKey, sequence };
      if (what === 'deleted') await sql.run(tx, 'remember_at', place);
      const owner = { tenantKey, userKey };
      const said = await sql.all<Mention>(tx, 'mentions_at', place);
      const gone = what === 'deleted' ? said : await notKept(tx, owner, said);
      if (gone.length === 0) return [];
      const spans: (SequenceRange & { readonly messages: number })[] = [];
      for (const { key } of gone) {
        const values = { tenantKey, userKey, sessionKey, key };
        spans.push(...[(await sql.get<(typeof spans)[number]>(tx, 'span_of_mention', values)) ?? []].flat());
      }
      await book.change(tx, owner, at, (change) => removeMentions(change, gone));
      // Of a deleted message that nothing else was said with there is nothing to make again.
      return spans
        .filter(({ messages }) => what === 'edited' || messages > 1)
        .map(({ firstSequence, lastSequence }) => ({ firstSequence, lastSequence }));
    },
    remove: async (tx, { of, userKey, key }, room) => {
      if (of === 'user') {
        const facts = await removeRows(sql, tx, 'facts_of_gone_user', { key }, room);
        return facts > 0 ? facts : removeRows(sql, tx, 'entities_of_gone_user', { key }, room);
      }
      const limit = Math.max(1, Math.floor(room / ROWS_OF_MENTION));
      type GoneMention = Mention & { readonly tenantKey: number };
      const mentions = await sql.all<GoneMention>(tx, 'mentions_of_gone_session', { userKey, key, limit });
      const [first] = mentions;
      if (!first) return removeRows(sql, tx, 'forgotten_of_gone_session', { userKey, key }, room);
      const owner = { tenantKey: first.tenantKey, userKey };
      await lockMemories(tx, [userKey]);
      // Of a user who goes as well nothing is made anew.
      if (await sql.get(tx, 'owner_is_there', owner)) {
        await book.change(tx, owner, Date.now(), (change) => removeMentions(change, mentions));
      } else {
        for (const mention of mentions) await book.removeMention(tx, owner, mention.key);
      }
      return mentions.length * ROWS_OF_MENTION;
    },
  };
};
