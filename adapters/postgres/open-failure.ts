import { MemfuseError } from '../../src/contract/errors.ts';
import { codeOf, toMemfuseError } from './errors.ts';

/** What a database URL names, without its password. */
export interface Address {
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

const refuse = (message: string, cause?: unknown): MemfuseError =>
  new MemfuseError('storage_unavailable', message, {}, cause === undefined ? undefined : toMemfuseError(cause).cause);

/** Reads a database URL. Errors: `storage_unavailable`, without anything of what the URL holds. */
export const addressOf = (url: string): Address => {
  const parsed = URL.parse(url);
  const database = parsed && decodeURIComponent(parsed.pathname.slice(1));
  if (!parsed || parsed.hostname === '' || !database) {
    throw refuse('DATABASE_URL is no address of Postgres. Set it to postgres://user:password@host:5432/database.');
  }
  return { host: parsed.host, user: decodeURIComponent(parsed.username), database };
};

type Sentence = (address: Address) => string;

/** A pooler hands a session's connection to others, with its settings, prepared statements and locks. */
const pooled: Sentence = ({ host }) =>
  `At ${host} answers PgBouncer or another pooler, which MemFuse does not work with: it has a pool of its own. Name Postgres itself in DATABASE_URL.`;

/** By code, or by code and text of the error: what a person at the terminal has to do. The first that fits counts. */
const SENTENCES: readonly (readonly [RegExp, Sentence])[] = [
  [
    /^28000.*(no encryption|SSL off)/i,
    ({ host }) => `Postgres at ${host} takes encrypted connections only. Add ?sslmode=require to DATABASE_URL.`,
  ],
  [
    /^28/,
    ({ host, user }) =>
      `Postgres at ${host} refuses the user "${user}". Check the name and the password in DATABASE_URL.`,
  ],
  [
    /^3D000/,
    ({ host, database }) =>
      `Postgres at ${host} has no database "${database}". Create it, or name another in DATABASE_URL.`,
  ],
  [
    /^(42501|3F000)/,
    ({ user, database }) =>
      `The user "${user}" may not make tables in the database "${database}". Make it the owner of the database.`,
  ],
  [/^(25006)/, ({ host }) => `Postgres at ${host} is read-only or a standby. DATABASE_URL has to name the primary.`],
  [/^(08P01|0A000).*(startup parameter|pgbouncer)/i, pooled],
  [/^42704/, () => 'DATABASE_URL has an option that Postgres does not know. Leave out what follows the question mark.'],
  [
    /^53300/,
    ({ host }) => `Postgres at ${host} takes no more connections. Raise its max_connections, or start fewer servers.`,
  ],
  [/^57P03/, ({ host }) => `Postgres at ${host} is starting or stopping. Start the server again in a moment.`],
  [
    /^(ERR_SSL|ERR_TLS|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ECONNRESET|CONNECTION_CLOSED)/,
    ({ host }) =>
      `The connection to ${host} was cut while it was opened. Check that Postgres answers there, and whether it takes TLS: ?sslmode=require or ?sslmode=disable in DATABASE_URL.`,
  ],
  [
    /^(CONNECT_TIMEOUT|E[A-Z]+)/,
    ({ host }) => `No Postgres answers at ${host}. Check the host and the port in DATABASE_URL, and that it runs.`,
  ],
];

/** Runs what opens the database. Errors: `storage_unavailable` with one sentence that says what to do. */
export const orExplain = async <T>(address: Address, open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    if (error instanceof MemfuseError) throw error;
    const told = `${codeOf(error)} ${error instanceof Error ? error.message : ''}`;
    for (const [pattern, sentence] of SENTENCES) if (pattern.test(told)) throw refuse(sentence(address), error);
    throw toMemfuseError(error);
  }
};

/** Refuses a database that the store would fail in later. */
export const refuseUnfit = (
  address: Address,
  {
    version,
    encoding,
    isReadOnly,
    hasSettings,
  }: {
    readonly version: number;
    readonly encoding: string;
    readonly isReadOnly: boolean;
    /** Whether the settings of a connection reached the one behind it. */
    readonly hasSettings: boolean;
  },
): void => {
  const { host, database } = address;
  if (version < 140_000) {
    throw refuse(`Postgres at ${host} is of version ${Math.floor(version / 10_000)}. MemFuse needs 14 or a later one.`);
  }
  if (encoding !== 'UTF8') {
    throw refuse(`The database "${database}" is encoded as ${encoding}. Create one with the encoding UTF8.`);
  }
  if (!hasSettings) throw refuse(pooled(address));
  if (isReadOnly) throw refuse(`Postgres at ${host} is read-only or a standby. DATABASE_URL has to name the primary.`);
};
