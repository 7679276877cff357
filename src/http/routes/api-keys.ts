import { apiKeys } from '../../api/api-keys.ts';
import { formatInstant } from '../../api/scalars.ts';
import { notFound } from '../../contract/errors.ts';
import { type ApiKeyRecord, KEY_SCOPES, type KeyScope } from '../../contract/records.ts';
import { sha256Hex } from '../../platform/digest.ts';
import type { Caller } from '../../services/access.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { assertPermission } from '../guard.ts';
import { listAnswer } from '../lists.ts';
import type { Router } from '../route.ts';
import { validationError } from '../validation.ts';

const HIDDEN = '********';
const DEFAULT_SCOPES: readonly KeyScope[] = ['read', 'write'];

const present = (record: ApiKeyRecord, secret: string) => ({
  id: record.id,
  user_id: record.userId,
  name: record.name,
  key: secret,
  permissions: {
    read: record.scopes.includes('read'),
    write: record.scopes.includes('write'),
    admin: record.scopes.includes('admin'),
  },
  created_at: formatInstant(record.createdAt),
  expires_at: record.expiresAt === null ? null : formatInstant(record.expiresAt),
});

const scopesOf = (
  permissions: Partial<Record<KeyScope, boolean | undefined>> | null | undefined,
): readonly KeyScope[] => {
  if (!permissions) return DEFAULT_SCOPES;
  const scopes = KEY_SCOPES.filter((scope) => permissions[scope]);
  if (scopes.length > 0) return scopes;
  const msg = `Input should grant at least one of ${KEY_SCOPES.join(', ')}`;
  throw validationError([{ type: 'value_error', loc: ['body', 'permissions'], msg, input: permissions }]);
};

export const registerApiKeys = (route: Router, { services, clock, ids }: HttpDependencies): void => {
  const { store } = services;

  /** A key bound to a user manages that user's keys only: another user of its tenant is a 403, any other a 404. */
  const assertOwn = async (caller: Caller, userId: string, verb: 'create' | 'list' | 'delete'): Promise<void> => {
    const { scope } = caller;
    const user = await store.users.get({ ...scope, userKey: null }, userId);
    if (!user) throw notFound('user', userId);
    if (scope.userKey !== null && scope.userKey !== user.key) {
      throw refuse(403, 'user_id', `You do not have permission to ${verb} API keys for this user`);
    }
    assertPermission(caller, 'admin');
  };

  route(apiKeys.list, async ({ caller, param, query, url }) => {
    const userId = param('user_id');
    await assertOwn(caller, userId, 'list');
    const shown = {
      name: 'api_keys',
      message: 'API keys retrieved successfully',
      present: (record: ApiKeyRecord) => present(record, HIDDEN),
    } as const;
    return listAnswer({ query, url }, shown, (page) => store.apiKeys.list(caller.scope.tenantKey, userId, page));
  });

  route(apiKeys.create, async ({ caller, param, body, once }) => {
    const userId = param('user_id');
    await assertOwn(caller, userId, 'create');
    const { tenantKey } = caller.scope;
    const secret = body.key ?? ids.secret();
    const input = {
      id: ids.uuid(),
      userId,
      name: body.name ?? null,
      hash: sha256Hex(secret),
      scopes: scopesOf(body.permissions),
      at: clock.now(),
      expiresAt: body.expires_at ?? null,
    };
    const { ids: made, replayed } = await store.apiKeys.create(tenantKey, input, once);
    const record = await store.apiKeys.get(tenantKey, made[0] ?? input.id, userId);
    if (!record) throw refuse(404, 'key_id', `API key with ID '${made[0]}' not found for user '${userId}'`);
    return created('API key created successfully', { api_key: present(record, replayed ? HIDDEN : secret) }, replayed);
  });

  route(apiKeys.delete, async ({ caller, param }) => {
    const userId = param('user_id');
    const keyId = param('key_id');
    await assertOwn(caller, userId, 'delete');
    if (!(await store.apiKeys.delete(caller.scope.tenantKey, keyId, userId))) {
      throw refuse(404, 'key_id', `API key with ID '${keyId}' not found for user '${userId}'`);
    }
    return ok('API key deleted successfully', { key_id: keyId });
  });
};
