import { KINDS, type TaskKind } from '../../src/contract/kinds.ts';
import { openIndexFiling } from './chunks.ts';
import { openSummariseFiling } from './episodes.ts';
import { openExtractFiling } from './facts-filing.ts';
import type { SqliteKind } from './writing/context.ts';

/** The kinds of background work, each with what this engine keeps of it. */
export const SQLITE_KINDS = {
  index: { rules: KINDS.index, open: openIndexFiling },
  summarise: { rules: KINDS.summarise, open: openSummariseFiling },
  extract: { rules: KINDS.extract, open: openExtractFiling },
} as const satisfies Record<TaskKind, SqliteKind>;
