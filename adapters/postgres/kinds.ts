import { KINDS, type TaskKind } from '../../src/contract/kinds.ts';
import type { KindFiling, PostgresKind } from './context.ts';
import { SUMMARISE_FILING } from './episodes.ts';
import { openExtractFiling } from './facts-filing.ts';
import { INDEX_FILING } from './index-filing.ts';

/** What is told is not kept. */
const NOTHING_KEPT: KindFiling = { file: async () => {}, void: async () => [], remove: async () => 0 };

/** The kinds of background work, each with what this engine keeps of it. */
export const POSTGRES_KINDS = {
  index: { rules: KINDS.index, open: () => INDEX_FILING },
  summarise: { rules: KINDS.summarise, open: () => SUMMARISE_FILING },
  extract: { rules: KINDS.extract, open: openExtractFiling },
  notify: { rules: KINDS.notify, open: () => NOTHING_KEPT },
} as const satisfies Record<TaskKind, PostgresKind>;
