import { join } from 'node:path';
import Database from 'better-sqlite3';
import { load } from 'sqlite-vec';
import type { StaticModel } from '../../../src/embedding/static-model.ts';
import type { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { STOP_WORDS } from '../../../src/text/stop-words.ts';
import { TOP_K } from './product.ts';

/** Bare engines over the same rows: nothing in the tables but these, no users, no ranking beyond the engine's own. */
export interface Baselines {
  /** Adds the rows of an index from a slot on, with their texts. */
  add(index: UserIndex, from: number, texts: readonly string[]): void;
  /** Adds rows to FTS5 and to vec0's bytes in one commit, as an add of messages would, their vectors made within. */
  addWhole(texts: readonly string[]): void;
  /** Sides that are asked in turns, by name. */
  readonly ask: Readonly<Record<BaselineName, (question: string) => unknown>>;
  close(): void;
}

export const BASELINES = ['FTS5', 'FTS5 without stop words', 'vec0 float', 'vec0 int8', 'vec0 bits'] as const;
export type BaselineName = (typeof BASELINES)[number];

const BITS_PER_BYTE = 8;

/** A bit for each component: whether it is above zero. */
const bitsOf = (components: ArrayLike<number>): Uint8Array => {
  const bits = new Uint8Array(components.length / BITS_PER_BYTE);
  for (let k = 0; k < components.length; k += 1) {
    if ((components[k] as number) > 0) bits[k >> 3] = (bits[k >> 3] as number) | (1 << (k & 7));
  }
  return bits;
};

/** Words apart by OR, each as a string of FTS5's query language. */
const orOf = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' OR ') || '""';
const wordsOf = (question: string): string[] => [...new Set(question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];

/**
 * FTS5 with bm25() and sqlite-vec's vec0, in a file, as a program would use them by itself. The vectors are the product's:
 * 256 components of the static model, as floats, as bytes and as bits. A question's is made within what is timed: 0.02 ms.
 */
export const openBaselines = (folder: string, model: StaticModel): Baselines => {
  const db = new Database(join(folder, 'baselines.db'));
  load(db);
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE VIRTUAL TABLE words USING fts5(content);
    CREATE VIRTUAL TABLE floats USING vec0(vector float[${model.dimensions}]);
    CREATE VIRTUAL TABLE bytes USING vec0(vector int8[${model.dimensions}]);
    CREATE VIRTUAL TABLE bits USING vec0(vector bit[${model.dimensions}]);
  `);
  const insertText = db.prepare('INSERT INTO words (rowid, content) VALUES (?, ?)');
  const insertFloats = db.prepare('INSERT INTO floats (rowid, vector) VALUES (?, ?)');
  const insertBytes = db.prepare('INSERT INTO bytes (rowid, vector) VALUES (?, vec_int8(?))');
  const insertBits = db.prepare('INSERT INTO bits (rowid, vector) VALUES (?, vec_bit(?))');
  const byWords = db.prepare(
    `SELECT rowid, content, bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ${TOP_K}`,
  );
  const nearest = (table: string, value: string) =>
    db.prepare(`SELECT rowid, distance FROM ${table} WHERE vector MATCH ${value} AND k = ${TOP_K}`);
  const byFloats = nearest('floats', '?');
  const byBytes = nearest('bytes', 'vec_int8(?)');
  const byBits = nearest('bits', 'vec_bit(?)');
  let rows = 0;

  const vectorOf = (question: string): Float32Array => model.sumOfText(question);
  const bytesOf = (vector: Float32Array): Int8Array => {
    const largest = vector.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
    return Int8Array.from(vector, (x) => Math.round((127 * x) / largest));
  };
  const insert = (text: string, components: ArrayLike<number>, scale: number): void => {
    rows += 1;
    const key = BigInt(rows);
    insertText.run(key, text);
    insertFloats.run(
      key,
      Float32Array.from(components, (x) => x * scale),
    );
    insertBytes.run(key, Int8Array.from(components));
    insertBits.run(key, bitsOf(components));
  };

  return {
    add: db.transaction((index: UserIndex, from: number, texts: readonly string[]) => {
      texts.forEach((text, i) => {
        const stored = index.vectors?.read(from + i);
        if (stored) insert(text, stored.components, stored.scale);
      });
    }),
    addWhole: db.transaction((texts: readonly string[]) => {
      for (const text of texts) {
        rows += 1;
        insertText.run(BigInt(rows), text);
        insertBytes.run(BigInt(rows), bytesOf(vectorOf(text)));
      }
    }),
    ask: {
      FTS5: (question) => byWords.all(orOf(wordsOf(question))),
      'FTS5 without stop words': (question) =>
        byWords.all(orOf(wordsOf(question).filter((word) => !STOP_WORDS.has(word)))),
      'vec0 float': (question) => byFloats.all(vectorOf(question)),
      'vec0 int8': (question) => byBytes.all(bytesOf(vectorOf(question))),
      'vec0 bits': (question) => byBits.all(bitsOf(vectorOf(question))),
    },
    close: () => db.close(),
  };
};
