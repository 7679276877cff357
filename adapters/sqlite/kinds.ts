import { KINDS, type TaskKind } from '../../src/contract/kinds.ts';
import { openIndexFiling } from './chunks.ts';
import { openSummariseFiling } from './episodes.ts';
import { openExtractFiling } from './facts-filing.ts';
import type { KindFiling, SqliteKind } from './writing/context.ts';

/** What is told is not kept. */
const NOTHING_KEPT: KindFiling = { file: () => {}, void: () => [], remove: () => 0 };

/** The kinds of background work, each with what this engine keeps of it. */
export const SQLITE_KINDS = {
  index: { rules: KINDS.index, open: openIndexFiling },
  summarise: { rules: KINDS.summarise, open: openSummariseFiling },
  extract: { rules: KINDS.extract, open: openExtractFiling },
  notify: { rules: KINDS.notify, open: () => NOTHING_KEPT },
} as const satisfies Record<TaskKind, SqliteKind>;
