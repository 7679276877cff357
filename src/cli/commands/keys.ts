import { defineCommand } from 'citty';
import { openStore, storeExists } from '../../../adapters/open.ts';
import { parseInstant } from '../../api/scalars.ts';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings } from '../../config/load.ts';
import { type ApiKeyRecord, DEFAULT_TENANT, KEY_SCOPES, type KeyScope } from '../../contract/records.ts';
import type { Store } from '../../contract/store.ts';
import { systemClock as clock } from '../../platform/clock.ts';
import { sha256Hex } from '../../platform/digest.ts';
import { systemIds as ids } from '../../platform/ids.ts';
import { inSentences, UsageError } from '../in-sentences.ts';

const HOUR_MS = 3_600_000;
const UNITS_MS = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS, y: 365 * 24 * HOUR_MS } as const;

/** Keys that are read at a time for the list of all. */
const KEYS_AT_A_TIME = 1_000;

const parseExpiry = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const span = /^(\d{1,4})([hdwy])$/.exec(text);
  const at = span ? clock.now() + Number(span[1]) * UNITS_MS[span[2] as keyof typeof UNITS_MS] : parseInstant(text);
  if (at === null)
    throw new UsageError(`--expires is "${text}"; give a span such as 90d, or a date such as 2027-01-31.`);
  if (at <= clock.now()) throw new UsageError(`--expires is "${text}", which has passed already.`);
  return at;
};

const parsePermissions = (text: string): readonly KeyScope[] =>
  text.split(',').map((part) => {
    const scope = KEY_SCOPES.find((known) => known === part.trim());
    if (!scope) throw new UsageError(`--permissions holds "${part}"; there are ${KEY_SCOPES.join(', ')}.`);
    return scope;
  });

/** Opens the store that the server uses. Errors: `UsageError` when there is none yet and none may be made. */
const withStore = async (
  { mayMake }: { readonly mayMake: boolean },
  run: (store: Store, keysAreOn: boolean) => Promise<void>,
): Promise<void> => {
  const { settings } = await loadSettings(process.env, process.cwd());
  const url = databaseUrl(settings);
  if (!mayMake && !storeExists(url)) {
    throw new UsageError(`There is no database ${url}. MEMFUSE_DATA_DIR or DATABASE_URL can name another place.`);
  }
  const store = await openStore(url, { use: 'command' });
  try {
    await run(store, settings.server.api_key_validation);
  } finally {
    await store.close();
  }
};

/** Errors: `UsageError` for a tenant that nobody has made. */
const tenantNamed = async (store: Store, name: string): Promise<number> => {
  const key = await store.tenants.find(name);
  if (key === null) throw new UsageError(`There is no tenant named "${name}". Making a key for it makes it.`);
  return key;
};

/** The user's id. Errors: `UsageError` for one that nobody has made. */
const userNamed = async (store: Store, tenant: string, name: string): Promise<string> => {
  const tenantKey = await store.tenants.find(tenant);
  const user = tenantKey === null ? null : await store.users.findByName({ tenantKey, userKey: null }, name);
  if (user) return user.id;
  throw new UsageError(`There is no user named "${name}" in the tenant "${tenant}". Create the user first.`);
};

const tenantArgument = (description: string) => ({ type: 'string', default: DEFAULT_TENANT, description }) as const;

const create = defineCommand({
  meta: { name: 'create', description: 'Make a key and show it, this once' },
  args: {
    tenant: tenantArgument('Whose key it is; made when it is new'),
    user: {
      type: 'string',
      description: 'Name of the one user the key may see; all users of the tenant when left out',
    },
    name: { type: 'string', description: 'What you will know the key by' },
    permissions: { type: 'string', default: 'read,write', description: 'Any of read,write,admin' },
    expires: { type: 'string', description: 'A span such as 90d (h, d, w, y) or a date; never when left out' },
  },
  run: ({ args: { tenant, user, name, permissions, expires } }) =>
    inSentences(async () => {
      const scopes = parsePermissions(permissions);
      const expiresAt = parseExpiry(expires);
      await withStore({ mayMake: user === undefined }, async (store, keysAreOn) => {
        const userId = user === undefined ? null : await userNamed(store, tenant, user);
        const tenantKey = await store.tenants.ensure(tenant, clock.now());
        const secret = ids.secret();
        const id = ids.uuid();
        const hash = sha256Hex(secret);
        const at = clock.now();
        await store.apiKeys.create(tenantKey, { id, userId, name: name ?? null, hash, scopes, at, expiresAt });
        console.log(`${secret}\n\nKeep it: it is not stored and cannot be shown again. Its id is ${id}.`);
        console.log('Send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>".');
        if (!keysAreOn) console.log('The server asks for keys once MEMFUSE_SERVER__API_KEY_VALIDATION=true is set.');
      });
    }),
});

const day = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString().slice(0, 10));

const list = defineCommand({
  meta: { name: 'list', description: "List a tenant's keys, without their secrets" },
  args: { tenant: tenantArgument('Whose keys they are') },
  run: ({ args }) =>
    inSentences(() =>
      withStore({ mayMake: false }, async (store) => {
        const tenantKey = await tenantNamed(store, args.tenant);
        const keys: ApiKeyRecord[] = [];
        for (let after: string | null = null; ; ) {
          const { rows, next } = await store.apiKeys.list(tenantKey, null, { after, limit: KEYS_AT_A_TIME });
          keys.push(...rows);
          if (next === null) break;
          after = next;
        }
        if (keys.length === 0) return console.log(`The tenant "${args.tenant}" has no API keys.`);
        console.table(
          keys.map(({ id, name, userId, scopes, createdAt, expiresAt }) => ({
            id,
            name: name ?? '',
            sees: userId ? `user ${userId}` : 'the whole tenant',
            permissions: scopes.join(','),
            created: day(createdAt),
            expires: day(expiresAt),
          })),
        );
      }),
    ),
});

const revoke = defineCommand({
  meta: { name: 'revoke', description: 'Make a key worthless, at once, also to a running server' },
  args: {
    tenant: tenantArgument('Whose key it is'),
    id: { type: 'positional', description: 'The id of the key, as listed', required: true },
  },
  run: ({ args }) =>
    inSentences(() =>
      withStore({ mayMake: false }, async (store) => {
        const tenantKey = await tenantNamed(store, args.tenant);
        if (!(await store.apiKeys.delete(tenantKey, args.id))) {
          throw new UsageError(
            `The tenant "${args.tenant}" has no API key with the id ${args.id}. See: bun run keys list`,
          );
        }
        console.log(`The API key ${args.id} is revoked.`);
      }),
    ),
});

/** `memfuse keys`: makes, lists and revokes API keys, also while the server runs. */
export const keys = defineCommand({
  meta: { name: 'keys', description: 'API keys of the server whose settings are found here' },
  subCommands: { create, list, revoke },
});
