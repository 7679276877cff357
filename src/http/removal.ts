import type { Deletion } from '../contract/identities.ts';
import type { ExtraHeaders } from './envelope.ts';

/** Tells whether what was deleted, and cannot be seen any more, is still being removed from the disk. */
export const removalHeaders = ({ isPending }: Deletion): ExtraHeaders =>
  isPending ? { 'X-Memfuse-Removal': 'pending' } : undefined;
