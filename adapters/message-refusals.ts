import { MemfuseError } from '../src/contract/errors.ts';
import type { JsonText } from '../src/contract/records.ts';

/** Messages that were asked for by id and are not in the session. */
export const messagesMissing = (ids: readonly string[]): MemfuseError =>
  new MemfuseError('not_found', 'messages not found', { entity: 'message', field: 'message_ids', ids });

/** Whether metadata have a key that answers show the source of a message under. */
export const hasSource = (metadata: JsonText | null): boolean =>
  metadata !== null && Object.hasOwn(JSON.parse(metadata), 'source');

export const sourceTaken = (id: string): MemfuseError =>
  new MemfuseError(
    'invalid',
    `The metadata of message ${id} have a key 'source', which is where calls of tools and the like are shown. Send metadata without it along.`,
    { field: 'metadata' },
  );
