import type {
  StoredModel,
  StoredVector,
  UnembeddedChunk,
  UnembeddedEpisode,
  UnembeddedMessage,
  UnembeddedPage,
} from '../../src/contract/vectors.ts';
import { type Owned, VECTOR_BATCH, type VectorPlace, type VectorRow } from '../vector-pages.ts';
import type { Connection } from './connection.ts';
import type { Generations } from './generations.ts';
import vectorsSql from './sql/vectors.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

const toInt8 = (bytes: Uint8Array): Int8Array => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const toBytes = ({ buffer, byteOffset, byteLength }: Int8Array | Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

export const vectorReads = (db: Connection) => {
  const sql = openStatements(db, vectorsSql);
  /** From one model to the next in the index: a `DISTINCT` would read all of it. */
  const modelsOf = (statement: 'next_model_of_messages' | 'next_model_of_chunks'): StoredModel[] => {
    const models: StoredModel[] = [];
    for (let after = ''; ; ) {
      const next = sql(statement).get({ after }) as StoredModel | undefined;
      if (!next) return models;
      models.push(next);
      after = next.model;
    }
  };
  return {
    vectorPage: (owned: Owned, { generation, key }: VectorPlace): VectorRow[] => {
      const rows = sql('page').all({ ...owned, generation, key, limit: VECTOR_BATCH });
      return (rows as (Omit<VectorRow, 'components'> & { components: Uint8Array })[]).map((row) => ({
        ...row,
        components: toInt8(row.components),
      }));
    },
    models: (): StoredModel[] => {
      const all = [...modelsOf('next_model_of_messages'), ...modelsOf('next_model_of_chunks')];
      return [...new Map(all.map((one) => [`${one.model} ${one.dimensions}`, one])).values()];
    },
    countWithout: (model: string) => ({
      messages: sql('count_messages_without').pluck().get({ model }) as number,
      chunks: sql('count_chunks_without').pluck().get({ model }) as number,
      episodes: sql('count_episodes_without').pluck().get({ model }) as number,
    }),
    messagesWithout: (
      model: string,
      { after, limit }: UnembeddedPage<Pick<UnembeddedMessage, 'key'>>,
    ): UnembeddedMessage[] =>
      sql('messages_without').all({ model, after: after?.key ?? 0, limit }) as UnembeddedMessage[],
    chunksWithout: (model: string, { after, limit }: UnembeddedPage<Pick<UnembeddedChunk, 'key'>>): UnembeddedChunk[] =>
      sql('chunks_without').all({ model, after: after?.key ?? 0, limit }) as UnembeddedChunk[],
    episodesWithout: (
      model: string,
      { after, limit }: UnembeddedPage<Pick<UnembeddedEpisode, 'key'>>,
    ): UnembeddedEpisode[] =>
      sql('episodes_without').all({ model, after: after?.key ?? 0, limit }) as UnembeddedEpisode[],
  };
};

/** A message by its place, with its new vector. */
export interface PlacedVector extends StoredVector {
  readonly sequence: number;
}

/** Files the vectors of a range in the caller's transaction, and increments the user's generation when there are any. */
export const openVectorFiling = (db: Connection, generations: Generations) => {
  const sql = openStatements(db, vectorsSql);
  return (
    { tenantKey, userKey, sessionKey }: { tenantKey: number; userKey: number; sessionKey: number },
    { model, messages }: { readonly model: string; readonly messages: readonly PlacedVector[] },
  ): void => {
    if (messages.length === 0) return;
    const generation = generations(tenantKey, userKey);
    for (const { sequence, scale, components } of messages) {
      const place = { tenantKey, sessionKey, sequence };
      sql('file').run({ ...place, model, generation, scale, components: toBytes(components) });
    }
  };
};

export const vectorWrites = (db: Connection, { generations }: WriteContext) => {
  const sql = openStatements(db, vectorsSql);
  return {
    fileMessages: (
      model: string,
      vectors: readonly { readonly message: UnembeddedMessage; readonly vector: StoredVector }[],
    ): number => {
      const unchanged = vectors.filter(({ message: { key, tenantKey, generation } }) =>
        sql('unchanged').get({ key, tenantKey, generation }),
      );
      const now = new Map<number, number>();
      for (const { message, vector } of unchanged) {
        const { key, tenantKey, userKey } = message;
        const generation = now.get(userKey) ?? generations(tenantKey, userKey);
        now.set(userKey, generation);
        const { scale, components } = vector;
        sql('file_read').run({ key, tenantKey, model, generation, scale, components: toBytes(components) });
      }
      return unchanged.length;
    },
    fileChunks: (
      model: string,
      vectors: readonly { readonly chunk: UnembeddedChunk; readonly vector: Float32Array }[],
    ): number =>
      vectors.reduce((filed, { chunk: { id, tenantKey }, vector }) => {
        return filed + sql('file_chunk').run({ id, tenantKey, model, vector: toBytes(vector) }).changes;
      }, 0),
    fileEpisodes: (
      model: string,
      vectors: readonly { readonly episode: UnembeddedEpisode; readonly vector: StoredVector }[],
    ): number =>
      vectors.reduce((filed, { episode: { key, tenantKey, generation }, vector: { scale, components } }) => {
        const row = { key, tenantKey, generation, model, scale, components: toBytes(components) };
        return filed + sql('file_episode').run(row).changes;
      }, 0),
    forgetMessages: (limit: number): number => sql('forget').run({ limit }).changes,
  };
};
