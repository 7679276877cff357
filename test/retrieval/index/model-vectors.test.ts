import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { CorpusDocument } from '../../../src/contract/corpus.ts';
import type { StoredVector } from '../../../src/contract/vectors.ts';
import { quantiseQuestion } from '../../../src/embedding/quantised.ts';
import { modelNearness } from '../../../src/retrieval/evidence/model-nearness.ts';
import { ModelVectors } from '../../../src/retrieval/index/model-vectors.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { VectorPool } from '../../../src/retrieval/index/vectors/vector-pool.ts';
import { message } from '../../support/retrieval/documents.ts';
import { anyHistory, byName, type Change, leftOf } from '../../support/retrieval/histories.ts';
import { anyStored, anyVector, DIMENSIONS, plainNearness } from '../../support/retrieval/model-memory.ts';
import { PlainMemory } from '../../support/retrieval/plain-memory.ts';

const SEED = 20_261_123;
const MODEL = { fingerprint: 'model', dimensions: DIMENSIONS };
const pool = new VectorPool(DIMENSIONS);

/** A memory's change, or a vector for a message, when the index holds one of that key. */
type Step = Change | { readonly embed: number; readonly seed: number };

const anySteps: fc.Arbitrary<Step[]> = fc
  .tuple(
    anyHistory,
    fc.array(fc.record({ embed: fc.integer({ min: 1, max: 12 }), seed: fc.nat(1_000), at: fc.nat(60) }), {
      maxLength: 40,
    }),
  )
  .map(([changes, embeddings]) => {
    const steps: Step[] = [...changes];
    for (const { embed, seed, at } of embeddings) steps.splice(Math.min(at, steps.length), 0, { embed, seed });
    return steps;
  });

/** An index that went through these steps, and the vectors that are left, by document. */
const after = (steps: readonly Step[]) => {
  const index = new UserIndex(null);
  const held = new ModelVectors(MODEL, pool);
  index.model = held;
  const vectors = new Map<number, StoredVector>();
  for (const step of steps) {
    if ('embed' in step) {
      const slot = index.slotOf(step.embed);
      if (slot === undefined) continue;
      held.put(slot, anyStored(step.seed));
      vectors.set(step.embed, anyStored(step.seed));
    } else if ('add' in step) {
      index.add(step.add);
      if (step.add.kind === 'message') vectors.delete(step.add.key);
    } else {
      index.retract(step.retract);
      for (const key of [...vectors.keys()]) if (index.slotOf(key) === undefined) vectors.delete(key);
    }
  }
  const documents = leftOf(steps.filter((step): step is Change => !('embed' in step)));
  const byDocument = new Map<CorpusDocument, StoredVector>();
  for (const document of documents) {
    const vector = document.kind === 'message' ? vectors.get(document.key) : undefined;
    if (vector) byDocument.set(document, vector);
  }
  return { index, held, memory: new PlainMemory(documents), vectors: byDocument };
};

describe('the vectors of a configured model', () => {
  test('after any history are as near to a question as those of today are, worked out afresh', () => {
    fc.assert(
      fc.property(anySteps, fc.nat(1_000), (steps, seed) => {
        const { index, held, memory, vectors } = after(steps);
        const question = anyVector(seed);
        const expected = plainNearness(memory, vectors, question);
        expect(held.size).toBe(vectors.size);
        const { turn, around } = modelNearness(index, held, quantiseQuestion(question));
        for (const [found, wanted] of [
          [byName(index, turn), expected.turn],
          [byName(index, around), expected.around],
        ] as const) {
          for (const [name, nearness] of found) expect(nearness).toBeCloseTo(wanted.get(name) ?? 0, 1);
        }
        index.close();
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('tell as much whatever part of the scale their cosines lie on', () => {
    const index = new UserIndex(null);
    for (let key = 1; key <= 20; key += 1) index.add(message(key, 'x', { sessionKey: key }));
    const narrow = (seed: number): Float32Array => anyVector(seed).map((x, k) => (k === 0 ? 3 : x * 0.2));
    const nearnessOf = (vectorOf: (seed: number) => Float32Array): number[] => {
      const held = new ModelVectors(MODEL, new VectorPool(DIMENSIONS));
      for (let key = 1; key <= 20; key += 1) {
        const components = Int8Array.from(vectorOf(key), (x) => Math.round(x * 40));
        held.put(index.slotOf(key) ?? -1, { scale: 1 / 40, components });
      }
      const question = vectorOf(7);
      return [...modelNearness(index, held, quantiseQuestion(question)).turn];
    };
    for (const found of [nearnessOf(anyVector), nearnessOf(narrow)]) {
      expect(found.indexOf(Math.max(...found))).toBe(6);
      expect(Math.max(...found)).toBeGreaterThan(1.5);
    }
  });

  test('that are all the same, or one alone, tell nothing', () => {
    const index = new UserIndex(null);
    for (let key = 1; key <= 3; key += 1) index.add(message(key, 'x'));
    const held = new ModelVectors(MODEL, pool);
    const question = quantiseQuestion(anyVector(3));
    for (let key = 1; key <= 3; key += 1) {
      held.put(index.slotOf(key) ?? -1, anyStored(1));
      expect([...modelNearness(index, held, question).turn]).toEqual([0, 0, 0]);
    }
    held.close();
  });

  test('take the rows of those that went, so that a memory which keeps changing does not grow', () => {
    const index = new UserIndex(null);
    const held = new ModelVectors(MODEL, pool);
    index.model = held;
    for (let i = 0; i < 500; i += 1) {
      index.add(message(1, `text ${i}`));
      held.put(index.slotOf(1) ?? -1, anyStored(i));
    }
    expect([held.size, held.rows.length]).toEqual([1, 1]);
    index.close();
  });

  test('of another size are passed over, and their bytes count in the bound on memory', () => {
    const index = new UserIndex(null);
    for (let key = 1; key <= 100; key += 1) index.add(message(key, 'x'));
    const before = index.bytes;
    const held = new ModelVectors(MODEL, pool);
    index.model = held;
    held.put(0, anyStored(1, DIMENSIONS + 1));
    expect(held.size).toBe(0);
    for (let slot = 0; slot < 100; slot += 1) held.put(slot, anyStored(slot));
    expect(index.bytes - before).toBeGreaterThanOrEqual(100 * DIMENSIONS);
    index.close();
  });

  test('lie in memory that was given back by others without a trace of these', () => {
    const own = new VectorPool(DIMENSIONS);
    const dirty = new ModelVectors(MODEL, own);
    for (let slot = 0; slot < 16; slot += 1) dirty.put(slot, anyStored(slot));
    // The last components of a row are beyond the vector: the kernel multiplies them as well.
    own.components.fill(127);
    dirty.close();
    const index = new UserIndex(null);
    for (let key = 1; key <= 4; key += 1) index.add(message(key, 'x', { sessionKey: key }));
    const clean = new ModelVectors(MODEL, own);
    for (let slot = 0; slot < 4; slot += 1) clean.put(slot, anyStored(slot));
    for (let slot = 0; slot < 4; slot += 1) {
      const { components } = clean.rows.read(slot);
      expect([...components.subarray(DIMENSIONS)].every((x) => x === 0)).toBe(true);
    }
  });
});
