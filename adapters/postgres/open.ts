import type { CorpusReader } from '../../src/contract/corpus.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { TaskKind } from '../../src/contract/kinds.ts';
import type { Store } from '../../src/contract/store.ts';
import type { WorkReader } from '../../src/contract/work.ts';
import { type Ids, systemIds } from '../../src/platform/ids.ts';
import { FinishedTasks } from '../finished-tasks.ts';
import { openApiKeys } from './api-keys.ts';
import { AppendGroups } from './append-groups.ts';
import { openAppending } from './appending.ts';
import { openChunks } from './chunks.ts';
import { forgetStaleClaims } from './claims.ts';
import { Client, PATIENT, type Patience, PROMPT } from './client.ts';
import type { Context, PostgresKind } from './context.ts';
import { openCopies } from './copies.ts';
import { openCorpusReads, openSegmentWrites } from './corpus.ts';
import { openDerivations } from './derivations.ts';
import { openDerived } from './derived.ts';
import { openEpisodes } from './episodes.ts';
import { openFacts } from './facts.ts';
import { Guarded, guard, guardFacet } from './guard.ts';
import { openIdentities } from './identities.ts';
import { POSTGRES_KINDS } from './kinds.ts';
import { openKnowledge } from './knowledge.ts';
import { openMessages } from './messages.ts';
import { migrate } from './migrate.ts';
import { openNamedAppends } from './named-appends.ts';
import { addressOf, orExplain, refuseUnfit } from './open-failure.ts';
import { openOutbox } from './outbox.ts';
import { Pool } from './pool.ts';
import { openRemovals } from './removals.ts';
import { openRenamings } from './renamings.ts';
import { openRetention } from './retention.ts';
import { Room } from './room.ts';
import { openSessions } from './sessions.ts';
import { refreshStatistics } from './statistics.ts';
import { openSubjects } from './subjects.ts';
import { Sweeper } from './sweeper.ts';
import { openTasks } from './tasks.ts';
import { openTenants } from './tenants.ts';
import { openVectors } from './vectors.ts';
import { openWork, openWorkReads } from './work.ts';

/** Connections for requests, for the background, and for each Worker that reads. A command needs few. */
const CONNECTIONS = {
  server: { requests: 10, background: 4 },
  command: { requests: 2, background: 1 },
} as const;
const OF_A_WORKER = 2;
/** Claims that are forgotten in one statement. */
const CLAIMS_AT_A_TIME = 500;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** A server answers many at once; a command does one thing after the other. */
  readonly use: 'server' | 'command';
  /** Where identifiers come from. */
  readonly ids?: Ids;
  /** The kinds of background work: those that there are, when left out. */
  readonly kinds?: Readonly<Record<string, PostgresKind>>;
  /** How long a statement of a request may take. */
  readonly patience?: Patience;
  /** Told of what fails behind the answers, such as the removal of what was deleted; it is tried again later. */
  readonly onFailure?: (error: unknown) => void;
}

/** The reading side of search alone, for a Worker of its own; the database must have been opened as a store before. */
export const openPostgresCorpusReader = (url: string): CorpusReader => {
  const { documents, ...verbs } = openCorpusReads(new Pool(url, OF_A_WORKER));
  return { ...guardFacet(verbs), documents };
};

/** The reading side of the background work alone, for a Worker of its own. */
export const openPostgresWorkReader = (url: string): WorkReader => guardFacet(openWorkReads(new Pool(url, 1)));

const LOOK = `SELECT current_setting('server_version_num')::bigint AS version, current_setting('server_encoding') AS encoding,
  current_setting('transaction_read_only') = 'on' AS is_read_only,
  current_setting('plan_cache_mode') = 'force_generic_plan' AS has_settings`;

const prepareDatabase = async (url: string): Promise<void> => {
  const address = addressOf(url);
  const client = new Client(url);
  try {
    await orExplain(address, async () => {
      const { rows } = await client.query(LOOK);
      refuseUnfit(address, rows[0] as unknown as Parameters<typeof refuseUnfit>[1]);
      await migrate(client);
    });
  } finally {
    await client.close().catch(() => client.destroy());
  }
};

/** The store over a database whose schema is up to date. */
const serve = (options: PostgresOptions): Store => {
  const { url, use, ids = systemIds, onFailure = () => {} } = options;
  const { patience = use === 'server' ? PROMPT : PATIENT } = options;
  const kinds = Object.fromEntries(
    Object.entries(options.kinds ?? POSTGRES_KINDS).map(([kind, { rules, open }]) => [
      kind,
      { rules, filing: open(ids) },
    ]),
  );
  const room = new Room();
  const notice = (error: unknown): void => room.notice(error);
  const pool = new Pool(url, CONNECTIONS[use].requests, patience, notice);
  const background = new Pool(url, CONNECTIONS[use].background, PATIENT, notice);
  const filings = Object.values(kinds).map(({ filing }) => filing);
  const tasks = openTasks(kinds);
  const derived = openDerived(kinds, tasks, ids);
  const context: Context = { pool, background, ids, kinds, tasks, derived };
  const finished = new FinishedTasks();
  const removals = openRemovals(context, filings);
  const renamings = openRenamings(context, derived);
  const sweeper = new Sweeper(async () => {
    if ((await renamings.sweep()) || (await removals.sweep())) return true;
    if ((await forgetStaleClaims(background, Date.now(), CLAIMS_AT_A_TIME)) === CLAIMS_AT_A_TIME) return true;
    return refreshStatistics(background);
  }, onFailure);
  const onDeletion = async <T extends { readonly isPending: boolean } | null>(deletion: Promise<T>): Promise<T> => {
    const deleted = await deletion;
    if (deleted?.isPending) sweeper.look();
    return deleted;
  };
  const removing = {
    ...removals,
    user: (...of: Parameters<typeof removals.user>) => onDeletion(removals.user(...of)),
    agent: (...of: Parameters<typeof removals.agent>) => onDeletion(removals.agent(...of)),
    session: (...of: Parameters<typeof removals.session>) => onDeletion(removals.session(...of)),
  };
  const appending = openAppending(context);
  const groups = new AppendGroups(context, appending.append);
  const { documents, ...corpus } = openCorpusReads(pool);
  const calls = new Guarded();
  const users = calls.facet(openIdentities(context, 'user', { removals: removing, renamings }));
  // What a process before this one left behind.
  sweeper.look();

  return {
    engine: 'postgres',
    kinds: Object.keys(kinds) as TaskKind[],
    tenants: calls.facet(openTenants(context)),
    users,
    agents: calls.facet(openIdentities(context, 'agent', { removals: removing, renamings })),
    retention: calls.facet(openRetention(context)),
    sessions: calls.facet(openSessions(context, removing)),
    messages: calls.facet({ ...openMessages(context, groups), ...openNamedAppends(context, appending) }),
    knowledge: calls.facet(openKnowledge(context)),
    facts: calls.facet(openFacts(context)),
    copies: calls.facet(openCopies(context)),
    apiKeys: calls.facet(openApiKeys(context)),
    corpus: {
      ...calls.facet({ ...corpus, ...openSubjects(context), ...openSegmentWrites(background) }),
      documents: calls.pages(documents),
    },
    outbox: calls.facet({ ...openOutbox(context, finished), ...openDerivations(context) }),
    work: calls.facet(openWork(context, background, finished)),
    chunks: calls.facet(openChunks(context)),
    episodes: calls.facet(openEpisodes(context)),
    vectors: calls.facet(openVectors(context)),
    awaited: () => ({ work: calls.facet(openWork(context, pool, finished)) }),
    pendingDeletions: calls.verb(removals.count),
    sizeBytes: calls.verb(async () => {
      const { rows } = await pool.query('SELECT pg_database_size(current_database()) AS bytes');
      return Number(rows[0]?.['bytes']);
    }),
    ping: calls.verb(async () => {
      // Fails on a standby and on a database that takes no writes.
      const { rows } = await pool.query("SELECT current_setting('transaction_read_only') AS state");
      if (rows[0]?.['state'] === 'on') {
        throw new MemfuseError(
          'storage_unavailable',
          'The database is read-only. DATABASE_URL has to name the primary.',
        );
      }
      await room.assert(pool);
    }),
    close: async () => {
      await sweeper.close();
      await calls.close();
      await Promise.all([pool.close(), background.close()]);
    },
  };
};

/**
 * Opens the store in a Postgres database, and brings its schema up to date. Errors: `storage_unavailable` with a sentence
 * for the person at the terminal.
 */
export const openPostgresStore = async (options: PostgresOptions): Promise<Store> => {
  await guard(() => prepareDatabase(options.url));
  return serve(options);
};
