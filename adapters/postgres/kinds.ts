import { KINDS, type TaskKind } from '../../src/contract/kinds.ts';
import type { PostgresKind } from './context.ts';
import { INDEX_FILING } from './index-filing.ts';

/** The kinds of background work, each with what this engine keeps of it; it keeps no facts yet. */
export const POSTGRES_KINDS = {
  index: { rules: KINDS.index, filing: INDEX_FILING },
} as const satisfies Partial<Record<TaskKind, PostgresKind>>;
