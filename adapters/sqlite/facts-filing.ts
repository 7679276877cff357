import type { NewMention } from '../../src/contract/facts.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { ExtractOutcome, RangeVersion } from '../../src/contract/work.ts';
import type { FactOwner, Source } from '../fact-making.ts';
import { isForgotten } from '../forgotten-facts.ts';
import { type FactTransaction, openFactBook } from './fact-book.ts';
import { openRowRemoval } from './row-removal.ts';
import factsFilingSql from './sql/facts-filing.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { SqliteKind } from './writing/context.ts';

type Mention = { readonly key: number; readonly factKey: number };
type FiledMention = Mention & { readonly sequence: number; readonly draft: string };
type GoneMention = Mention & FactOwner;

/** Rows that deleting a mention touches: its sources, its fact, and what the fact is found by. */
const ROWS_OF_MENTION = 4;

/** What is kept of `extract` tasks: facts, made of mentions. */
export const openExtractFiling: SqliteKind['open'] = (db, { generations, ids }) => {
  const sql = openStatements(db, factsFilingSql);
  const book = openFactBook(db, generations, () => ids.uuid());
  const removeRows = openRowRemoval(sql);

  const isOtherVersion = (
    outcome: ExtractOutcome,
    { version, ...span }: SequenceRange & { readonly version: RangeVersion },
  ): boolean => {
    const { tenantKey, sessionKey } = outcome;
    const now = sql('version').get({ tenantKey, sessionKey, ...span }) as RangeVersion;
    return now.messages !== version.messages || now.generation !== version.generation;
  };

  /** The messages of a mention, the newest first; null when one is gone. */
  const sourcesOf = ({ tenantKey, userKey }: FactOwner, { draft }: NewMention): Source[] | null => {
    const sources = draft.messageKeys.flatMap((messageKey) => {
      const place = sql('place_of').get({ tenantKey, userKey, messageKey }) as Omit<Source, 'messageKey'> | undefined;
      return place ? [{ messageKey, ...place }] : [];
    });
    return sources.length === draft.messageKeys.length && sources.length > 0 ? sources : null;
  };

  const isKept = (owner: FactOwner, factKey: number): boolean => {
    const fact = book.rowOf(owner, factKey);
    return fact !== undefined && (fact.editedAt !== null || fact.state === 'retracted');
  };

  const wasForgotten = (
    { tenantKey, userKey }: FactOwner,
    statement: NewMention,
    sources: readonly Source[],
  ): boolean =>
    sources.some(({ sessionKey, sequence }) => {
      const found = sql('forgotten_at').pluck().all({ tenantKey, sessionKey, sequence }) as string[];
      return found.some((digests) => isForgotten(userKey, statement, digests));
    });

  /** Takes mentions away, then makes their facts anew of what is left. */
  const removeMentions = (change: FactTransaction, mentions: readonly Mention[]): void => {
    for (const { key } of mentions) book.removeMention(change, key);
    for (const factKey of new Set(mentions.map((mention) => mention.factKey))) book.settle(change, factKey, true);
  };

  return {
    isOutdated: (outcome) => {
      if (outcome.kind !== 'extract') return false;
      const { tenantKey, userKey, factsGeneration, before, mentions } = outcome;
      // Nothing was compared, and nothing will be said.
      if (mentions.length > 0) {
        // Its own table, which both files read.
        const now = sql('owner_generation').pluck().get({ tenantKey, userKey });
        if (now !== factsGeneration) return true;
      }
      if (before && isOtherVersion(outcome, before)) return true;
      return mentions.some((mention) => sourcesOf(outcome, mention) === null);
    },
    file: (outcome) => {
      if (outcome.kind !== 'extract') return;
      const { tenantKey, userKey, sessionKey, firstSequence, lastSequence, at } = outcome;
      const range = { tenantKey, sessionKey, firstSequence, lastSequence };
      const owner = { tenantKey, userKey };
      const filed = sql('mentions_of_range').all(range) as FiledMention[];
      const identity = (factId: string | undefined, draft: string): string => `${factId} ${draft}`;
      const there = new Map(
        filed.map((mention) => [identity(book.rowOf(owner, mention.factKey)?.id, mention.draft), mention]),
      );
      const added = outcome.mentions.flatMap((mention) => {
        const sources = sourcesOf(owner, mention) ?? [];
        if (there.delete(identity(mention.factId, JSON.stringify(mention.draft)))) return [];
        return sources.length === 0 || wasForgotten(owner, mention, sources) ? [] : [{ mention, sources }];
      });
      // What a person changed stays, and what a later try says of the same message is a mention of it.
      const gone = [...there.values()].filter(({ factKey }) => !isKept(owner, factKey));
      if (added.length + gone.length + outcome.supersessions.length === 0) return;
      book.change(owner, at, (change) => {
        const touched = added.map(({ mention, sources }) => book.mention(change, mention, sources));
        removeMentions(change, gone);
        for (const factKey of new Set(touched)) book.settle(change, factKey, false);
        for (const { olderId, newerId, reason } of outcome.supersessions) {
          const [older, newer] = [book.keyOf(change, olderId), book.keyOf(change, newerId)];
          if (older !== null && newer !== null) book.supersede(change, older, newer, reason);
        }
      });
    },
    void: ({ tenantKey, userKey, sessionKey, sequence, at }, what) => {
      const place = { tenantKey, sessionKey, sequence };
      if (what === 'deleted') sql('remember_at').run(place);
      const owner = { tenantKey, userKey };
      const said = sql('mentions_at').all(place) as Mention[];
      const gone = what === 'deleted' ? said : said.filter(({ factKey }) => !isKept(owner, factKey));
      if (gone.length === 0) return [];
      const spans = gone.map(({ key }) =>
        sql('span_of_mention').get({ tenantKey, sessionKey, key }),
      ) as (SequenceRange & {
        messages: number;
      })[];
      book.change(owner, at, (change) => removeMentions(change, gone));
      // Of a deleted message that nothing else was said with there is nothing to make again.
      return spans
        .filter(({ messages }) => what === 'edited' || messages > 1)
        .map(({ firstSequence, lastSequence }) => ({ firstSequence, lastSequence }));
    },
    remove: ({ of, key }, room) => {
      if (of === 'user') {
        return removeRows('facts_of_gone_user', key, room) || removeRows('entities_of_gone_user', key, room);
      }
      const limit = Math.max(1, Math.floor(room / ROWS_OF_MENTION));
      const mentions = sql('mentions_of_gone_session').all({ key, limit }) as GoneMention[];
      const [first] = mentions;
      if (!first) return removeRows('forgotten_of_gone_session', key, room);
      const { tenantKey, userKey } = first;
      // Of a user who goes as well nothing is made anew.
      if (sql('owner_is_there').get({ tenantKey, userKey })) {
        book.change({ tenantKey, userKey }, Date.now(), (change) => removeMentions(change, mentions));
      } else {
        for (const mention of mentions) book.removeMention({ tenantKey, userKey }, mention.key);
      }
      return mentions.length * ROWS_OF_MENTION;
    },
  };
};
