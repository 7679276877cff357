import { z } from 'zod';
import { NextCursorWhenAsked, pageParameters } from './lists.ts';
import { operation } from './operation.ts';
import { atMost, Id, Instant, LaxBoolean, maybe, Name, StoredText, Timestamp } from './scalars.ts';

/** A secret that a client brings along must be as hard to guess as one of ours could be at the least. */
export const MIN_SECRET_LENGTH = 32;
/** It has to fit into a header. */
const MAX_SECRET_LENGTH = 1_000;

export const ApiKey = z
  .object({
    id: Id,
    user_id: Id.nullable(),
    name: z.string().nullable(),
    key: z.string().meta({ description: 'The secret, shown at creation only; eight asterisks ever after.' }),
    permissions: z.object({ read: z.boolean(), write: z.boolean(), admin: z.boolean() }),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

const Permissions = z.object({
  read: LaxBoolean.optional(),
  write: LaxBoolean.optional(),
  admin: LaxBoolean.optional(),
});

const path = '/users/{user_id}/api-keys';

export const apiKeys = {
  list: operation({
    id: 'listApiKeys',
    method: 'get',
    path,
    tag: 'api-keys',
    summary: 'List the API keys bound to a user',
    access: 'any',
    query: z.object(pageParameters),
    success: { status: 200, data: z.object({ api_keys: z.array(ApiKey), next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  create: operation({
    id: 'createApiKey',
    example: { name: 'laptop' },
    method: 'post',
    path,
    tag: 'api-keys',
    summary: 'Create an API key that sees one user only',
    access: 'any',
    body: z.object({
      name: maybe(Name),
      key: maybe(atMost(StoredText.min(MIN_SECRET_LENGTH), MAX_SECRET_LENGTH)).meta({
        description: 'A secret of your own. When absent, the server makes one of 256 random bits, which is better.',
      }),
      permissions: maybe(Permissions).meta({ description: '`read` and `write` when absent.' }),
      expires_at: maybe(Instant),
    }),
    bodyOptional: true,
    success: { status: 201, data: z.object({ api_key: ApiKey }) },
    refusals: [400, 404],
    creates: true,
  }),
  delete: operation({
    id: 'deleteApiKey',
    method: 'delete',
    path: `${path}/{key_id}`,
    tag: 'api-keys',
    summary: 'Revoke an API key, at once',
    access: 'any',
    success: { status: 200, data: z.object({ key_id: Id }) },
    refusals: [404],
  }),
};
