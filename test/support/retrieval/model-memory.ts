import type { CorpusDocument } from '../../../src/contract/corpus.ts';
import type { StoredVector } from '../../../src/contract/vectors.ts';
import { storedVector } from '../../../src/embedding/quantised.ts';
import { unit } from '../../../src/embedding/unit.ts';
import { seededRandom } from '../random.ts';
import { nameOf } from './histories.ts';
import { dot, type PlainMemory, sum } from './plain-memory.ts';

/** Not a multiple of what the kernel takes at a time. */
export const DIMENSIONS = 21;

/** A vector of length 1 that is always the same for a seed. */
export const anyVector = (seed: number, dimensions = DIMENSIONS): Float32Array => {
  const random = seededRandom(seed + 1);
  return unit(Array.from({ length: dimensions }, () => random.between(-300, 700) / 1_000));
};

export const anyStored = (seed: number, dimensions = DIMENSIONS): StoredVector =>
  storedVector(anyVector(seed, dimensions));

const floatsOf = ({ scale, components }: StoredVector): number[] => Array.from(components, (x) => x * scale);

/** The deviations of values from their mean, between -2 and 4. */
const standardised = (values: ReadonlyMap<string, number>): Map<string, number> => {
  const all = [...values.values()];
  const mean = sum(all) / all.length;
  const deviation = Math.sqrt(sum(all.map((x) => (x - mean) ** 2)) / all.length);
  return new Map(
    [...values].map(([name, x]) => [name, deviation > 1e-6 ? Math.min(4, Math.max(-2, (x - mean) / deviation)) : 0]),
  );
};

/**
 * What the configured model's steps must find in a memory, worked out in the plainest way: in each document that has a
 * vector by itself, and around it.
 */
export const plainNearness = (
  memory: PlainMemory,
  vectors: ReadonlyMap<CorpusDocument, StoredVector>,
  question: Float32Array,
) => {
  const cosine = (document: CorpusDocument): number | null => {
    const vector = vectors.get(document);
    return vector ? dot(floatsOf(vector), [...question]) : null;
  };
  const turn = new Map<string, number>();
  const around = new Map<string, number>();
  for (const document of memory.documents) {
    const own = cosine(document);
    if (own === null) continue;
    const window = memory.window(document, 1).flatMap((other) => cosine(other) ?? []);
    turn.set(nameOf(document), own);
    around.set(nameOf(document), sum(window) / window.length);
  }
  return { turn: standardised(turn), around: standardised(around) };
};
