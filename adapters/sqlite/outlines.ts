import type { CorpusDocument, CorpusReference, KeyRange } from '../../src/contract/corpus.ts';
import {
  BITS,
  type BlockName,
  MOST_NEAREST,
  type SegmentBits,
  type SegmentName,
  type SegmentOutline,
  type WordsPart,
} from '../../src/contract/outlines.ts';
import type { Connection } from './connection.ts';
import { inOrderOf } from './references.ts';
import outlinesSql from './sql/outlines.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const BITS_BYTES = BITS / 8;

export const outlineReads = (db: Connection) => {
  const sql = openStatements(db, outlinesSql);
  return {
    sizes: (tenantKey: number, userKey: number, maker: string): { readonly kept: number; readonly outlined: number } =>
      sql('sizes').get({ tenantKey, userKey, maker }) as { kept: number; outlined: number },
    outlined: (tenantKey: number, userKey: number, maker: string): KeyRange[] =>
      sql('outlined').all({ tenantKey, userKey, maker }) as KeyRange[],
    readShapes: (tenantKey: number, userKey: number, { firstKey, lastKey }: KeyRange): Uint8Array | null =>
      (sql('shapes').pluck().get({ tenantKey, userKey, firstKey, lastKey }) as Uint8Array | undefined) ?? null,
    readWords: (tenantKey: number, userKey: number, maker: string, parts: readonly number[]): WordsPart[] =>
      sql('words').all({ tenantKey, userKey, maker, parts: JSON.stringify(parts) }) as WordsPart[],
    readBlocks: (
      tenantKey: number,
      userKey: number,
      maker: string,
      blocks: readonly BlockName[],
    ): (BlockName & { readonly bytes: Uint8Array })[] => {
      const names = blocks.map(({ firstKey, lastKey, block }) => ({ firstKey, lastKey, block }));
      return sql('blocks').all({ tenantKey, userKey, maker, blocks: JSON.stringify(names) }) as (BlockName & {
        readonly bytes: Uint8Array;
      })[];
    },
    nearest: (
      tenantKey: number,
      userKey: number,
      bits: Uint8Array,
      count: number,
      among: readonly number[] | null,
    ): number[] => {
      const asked = { tenantKey, userKey, bits, count: Math.min(count, MOST_NEAREST) };
      // vec0 holds the bits of a deleted session until they are removed.
      const isRemoving = sql('is_removing').get({ tenantKey, userKey }) !== undefined;
      const present = isRemoving ? new Set(sql('present').pluck().all({ tenantKey, userKey }) as number[]) : null;
      const wanted = present ? (among ?? [...present]).filter((key) => present.has(key)) : among;
      const found = wanted ? sql('nearest_among').pluck() : sql('nearest').pluck();
      return found.all({ ...asked, ...(wanted && { among: JSON.stringify(wanted) }) }) as number[];
    },
    documentsOf: (tenantKey: number, userKey: number, references: readonly CorpusReference[]): CorpusDocument[] =>
      inOrderOf(references, (kind, keys) => sql(kind).all({ tenantKey, userKey, keys }) as CorpusDocument[]),
  };
};

export const outlineWrites = (db: Connection) => {
  const sql = openStatements(db, outlinesSql);
  const segmentOf = ({ tenantKey, userKey, firstKey, lastKey, maker, generation }: SegmentName): number | undefined =>
    sql('segment').pluck().get({ tenantKey, userKey, firstKey, lastKey, maker, generation }) as number | undefined;

  return {
    saveBits: ({ keys, bits, ...segment }: SegmentBits): boolean => {
      if (segmentOf(segment) === undefined) return false;
      const { tenantKey, userKey, firstKey, lastKey } = segment;
      for (const [i, key] of keys.entries()) {
        const place = { tenantKey, userKey, firstKey, lastKey, key };
        sql('forget_bits').run(place);
        sql('save_bits').run({ ...place, bits: bits.subarray(i * BITS_BYTES, (i + 1) * BITS_BYTES) });
      }
      return true;
    },
    saveOutline: ({ shapes, words, blocks, ...segment }: SegmentOutline): boolean => {
      const segmentKey = segmentOf(segment);
      if (segmentKey === undefined) return false;
      const { tenantKey } = segment;
      sql('forget_outline').run({ tenantKey, segmentKey });
      sql('save_shapes').run({ tenantKey, segmentKey, shapes });
      for (const [part, bytes] of words.entries()) sql('save_words').run({ tenantKey, segmentKey, part, bytes });
      for (const [block, bytes] of blocks.entries()) sql('save_block').run({ tenantKey, segmentKey, block, bytes });
      return true;
    },
  };
};
