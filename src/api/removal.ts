import { z } from 'zod';

/** The headers of an answer to a deletion. */
export const RemovalHeaders = z.object({
  'X-Memfuse-Removal': z.literal('pending').optional().meta({
    description:
      '`pending` when much was deleted: nothing of it can be seen or found any more, and its rows are removed from the disk behind this answer.',
  }),
});
