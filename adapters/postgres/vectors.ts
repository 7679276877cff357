import type {
  StoredModel,
  StoredVector,
  UnembeddedChunk,
  UnembeddedEpisode,
  UnembeddedMessage,
  VectorFacet,
} from '../../src/contract/vectors.ts';
import { type Owned, VECTOR_BATCH, type VectorPage, type VectorPlace, type VectorRow } from '../vector-pages.ts';
import type { Context } from './context.ts';
import { increment, lockMemories } from './memories.ts';
import type { Queryable } from './pool.ts';
import vectorsSql from './sql/vectors.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { inTransaction, type Transaction } from './transaction.ts';

const sql = openStatements(vectorsSql);

const toInt8 = (bytes: Uint8Array): Int8Array => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const toBytes = ({ buffer, byteOffset, byteLength }: Int8Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Reads vectors page by page. */
export const vectorPageOn =
  (db: Queryable): VectorPage =>
  async (owned: Owned, { generation, key }: VectorPlace): Promise<VectorRow[]> => {
    type Read = Omit<VectorRow, 'components'> & { components: Uint8Array };
    const rows = await sql.all<Read>(db, 'page', { ...owned, generation, key, limit: VECTOR_BATCH });
    return rows.map((row) => ({ ...row, components: toInt8(row.components) }));
  };

/** A message by its place, with its new vector. */
export interface PlacedVector extends StoredVector {
  readonly sequence: number;
}

/** Files the vectors of a range in the caller's transaction, and increments the user's generation when there are any. */
export const fileVectors = async (
  tx: Transaction,
  { tenantKey, userKey, sessionKey }: { tenantKey: number; userKey: number; sessionKey: number },
  { model, messages }: { readonly model: string; readonly messages: readonly PlacedVector[] },
): Promise<void> => {
  if (messages.length === 0) return;
  const generation = await increment(tx, { tenantKey, userKey });
  await Promise.all(
    messages.map(({ sequence, scale, components }) => {
      const place = { tenantKey, userKey, sessionKey, sequence };
      return sql.run(tx, 'file', { ...place, model, generation, scale, components: toBytes(components) });
    }),
  );
};

/** The maintenance of stored vectors, on the connections of the background. */
export const openVectors = ({ background: pool }: Pick<Context, 'background'>): VectorFacet => {
  /** From one model to the next in the index: a `DISTINCT` would read all of it. */
  const modelsOf = async (statement: 'next_model_of_messages' | 'next_model_of_chunks'): Promise<StoredModel[]> => {
    const models: StoredModel[] = [];
    for (let after = ''; ; ) {
      const next = await sql.get<StoredModel>(pool, statement, { after });
      if (!next) return models;
      models.push(next);
      after = next.model;
    }
  };
  const countOf = async (statement: string, model: string): Promise<number> =>
    (await sql.get<{ count: number }>(pool, statement, { model }))?.count ?? 0;

  return {
    models: async () => {
      const all = [...(await modelsOf('next_model_of_messages')), ...(await modelsOf('next_model_of_chunks'))];
      return [...new Map(all.map((one) => [`${one.model} ${one.dimensions}`, one])).values()];
    },
    countWithout: async (model) => ({
      messages: await countOf('count_messages_without', model),
      chunks: await countOf('count_chunks_without', model),
      episodes: await countOf('count_episodes_without', model),
    }),
    messagesWithout: (model, { after, limit }) => {
      const place = { afterUser: after?.userKey ?? 0, afterKey: after?.key ?? 0 };
      return sql.all<UnembeddedMessage>(pool, 'messages_without', { model, ...place, limit });
    },
    chunksWithout: (model, { after, limit }) =>
      sql.all<UnembeddedChunk>(pool, 'chunks_without', { model, after: after?.key ?? 0, limit }),
    episodesWithout: (model, { after, limit }) => {
      const place = { afterUser: after?.userKey ?? 0, afterKey: after?.key ?? 0 };
      return sql.all<UnembeddedEpisode>(pool, 'episodes_without', { model, ...place, limit });
    },
    fileMessages: (model, vectors) =>
      inTransaction(pool, async (tx) => {
        await lockMemories(
          tx,
          vectors.map(({ message }) => message.userKey),
        );
        const now = new Map<number, number>();
        let filed = 0;
        for (const { message, vector } of vectors) {
          const { key, tenantKey, userKey, generation: read } = message;
          if (!(await sql.get(tx, 'unchanged', { key, tenantKey, userKey, generation: read }))) continue;
          const generation = now.get(userKey) ?? (await increment(tx, { tenantKey, userKey }));
          now.set(userKey, generation);
          const { scale, components } = vector;
          const row = { key, tenantKey, userKey, model, generation, scale, components: toBytes(components) };
          await sql.run(tx, 'file_read', row);
          filed += 1;
        }
        return filed;
      }),
    fileChunks: async (model, vectors) => {
      let filed = 0;
      for (const { chunk, vector } of vectors) {
        const { key, id, tenantKey } = chunk;
        filed += await sql.run(pool, 'file_chunk', { key, id, tenantKey, model, vector: toBytes(vector) });
      }
      return filed;
    },
    fileEpisodes: async (model, vectors) => {
      let filed = 0;
      for (const { episode, vector } of vectors) {
        const { key, tenantKey, userKey, generation } = episode;
        const { scale, components } = vector;
        const row = { key, tenantKey, userKey, generation, model, scale, components: toBytes(components) };
        filed += await sql.run(pool, 'file_episode', row);
      }
      return filed;
    },
    forgetMessages: (limit) => sql.run(pool, 'forget', { limit }),
  };
};
