import { KINDS, type TaskKind } from '../../src/contract/kinds.ts';
import type { PostgresKind } from './context.ts';
import { SUMMARISE_FILING } from './episodes.ts';
import { openExtractFiling } from './facts-filing.ts';
import { INDEX_FILING } from './index-filing.ts';

/** The kinds of background work, each with what this engine keeps of it. */
export const POSTGRES_KINDS = {
  index: { rules: KINDS.index, open: () => INDEX_FILING },
  summarise: { rules: KINDS.summarise, open: () => SUMMARISE_FILING },
  extract: { rules: KINDS.extract, open: openExtractFiling },
} as const satisfies Record<TaskKind, PostgresKind>;
