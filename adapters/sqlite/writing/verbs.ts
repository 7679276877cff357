import type { Ids } from '../../../src/platform/ids.ts';
import { apiKeyWrites } from '../api-keys.ts';
import { openClaims } from '../claims.ts';
import type { Connection } from '../connection.ts';
import { copyWrites } from '../copies.ts';
import { corpusWrites } from '../corpus.ts';
import { derivationWrites } from '../derivations.ts';
import { openDerived } from '../derived.ts';
import { factWrites } from '../facts.ts';
import { openGenerations } from '../generations.ts';
import { identityWrites } from '../identities.ts';
import { SQLITE_KINDS } from '../kinds.ts';
import { knowledgeWrites } from '../knowledge.ts';
import { messageWrites } from '../messages.ts';
import { namedAppends } from '../named-appends.ts';
import { openTasks, outboxWrites } from '../outbox.ts';
import { openRemovals } from '../removals.ts';
import { openRenamings } from '../renamings.ts';
import { retentionWrites } from '../retention.ts';
import { sessionWrites } from '../sessions.ts';
import { takingWrites } from '../taking.ts';
import { tenantWrites } from '../tenants.ts';
import { upkeepWrites } from '../upkeep.ts';
import { vectorWrites } from '../vectors.ts';
import { workWrites } from '../work.ts';
import type { SqliteKinds, WriteContext } from './context.ts';

/** Everything that changes the database, by facet. Runs where the writing connection is, inside a group's transaction. */
export const openWrites = (db: Connection, ids: Ids, kinds: SqliteKinds = SQLITE_KINDS) => {
  const generations = openGenerations(db);
  const rules = Object.fromEntries(Object.entries(kinds).map(([kind, one]) => [kind, one.rules]));
  const filings = Object.fromEntries(
    Object.entries(kinds).map(([kind, { open }]) => [kind, open(db, { generations, ids })]),
  );
  const { removals, hide, sweep } = openRemovals(db, generations, Object.values(filings));
  const tasks = openTasks(db, rules);
  const derived = openDerived(rules, filings, { tasks, ids });
  const { renamings, goOn, goOnWithAny } = openRenamings(db, derived);
  const context: WriteContext = {
    claims: openClaims(db),
    generations,
    removals,
    renamings,
    tasks,
    derived,
    ids,
  };
  const users = identityWrites(db, 'user', context);
  const agents = identityWrites(db, 'agent', context);
  const sessions = sessionWrites(db, context);
  const messages = messageWrites(db, context);
  return {
    tenants: tenantWrites(db),
    users,
    agents,
    retention: retentionWrites(db),
    sessions,
    messages: { ...messages, ...namedAppends(db, context, { users, agents, sessions, messages }) },
    knowledge: knowledgeWrites(db, context),
    facts: factWrites(db, context),
    copies: copyWrites(db, context),
    apiKeys: apiKeyWrites(db, context),
    outbox: { ...outboxWrites(db), ...derivationWrites(db, context) },
    work: { ...takingWrites(db, context), ...workWrites(db, filings) },
    corpus: corpusWrites(db),
    vectors: vectorWrites(db, context),
    removals: { hide },
    renamings: { goOn },
    upkeep: {
      ...upkeepWrites(db),
      /** A slice of what was left behind an answer. */
      sweep: (): void => {
        if (!goOnWithAny()) sweep();
      },
    },
  };
};

export type Writes = ReturnType<typeof openWrites>;
