import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { extractFacts } from '../../../src/memory/kinds/extract/extract.ts';
import { relationOf, rivalsOf } from '../../../src/memory/kinds/extract/relation.ts';
import type { Reader } from '../../../src/memory/kinds/extract/turns.ts';

/** What was said, what was said later, and whether the later closes the earlier. */
export interface Pair {
  readonly group: string;
  readonly earlier: string;
  readonly later: string;
  readonly isClosed: boolean;
}

const FILE = join(import.meta.dir, '..', '..', '..', 'test', 'memory', 'kinds', 'extract', 'pairs.json');
const pairs = z.array(z.tuple([z.string(), z.string(), z.string(), z.enum(['closes', 'none'])]));

/** The project's own pairs. */
export const readPairs = (): Pair[] =>
  pairs
    .parse(JSON.parse(readFileSync(FILE, 'utf8')))
    .map(([group, earlier, later, what]) => ({ group, earlier, later, isClosed: what === 'closes' }));

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 0, 12, 10);
/** Days between the two. */
const APART = 60;

/** Whether a fact of what is said later closes one of what was said before. */
export const closes = ({ earlier, later }: Pair, reader: Reader): boolean => {
  const factsAt = (content: string, day: number) =>
    extractFacts(
      [
        {
          key: day + 1,
          role: 'user',
          isNamed: false,
          speaker: 'Alice',
          content,
          createdAtMs: FIRST_DAY_MS + day * DAY_MS,
          isContext: false,
        },
      ],
      reader,
    );
  const older = factsAt(earlier, 0);
  return factsAt(later, APART).some((fact) => {
    const rivals = rivalsOf(fact.predicate);
    return older.some((other) => rivals.includes(other.predicate) && relationOf(fact, other).kind === 'closes');
  });
};

export interface PairFigures {
  /** Right closings among those that were made. */
  readonly precision: number;
  /** Closings that were made among those that should be. */
  readonly recall: number;
  readonly wrong: readonly Pair[];
  readonly missed: readonly Pair[];
}

export const figuresOfPairs = (some: readonly Pair[], reader: Reader): PairFigures => {
  const judged = some.map((pair) => ({ pair, isMade: closes(pair, reader) }));
  const wrong = judged.filter(({ pair, isMade }) => isMade && !pair.isClosed).map(({ pair }) => pair);
  const missed = judged.filter(({ pair, isMade }) => !isMade && pair.isClosed).map(({ pair }) => pair);
  const made = judged.filter(({ isMade }) => isMade).length;
  const right = made - wrong.length;
  return { precision: right / made, recall: right / (right + missed.length), wrong, missed };
};
