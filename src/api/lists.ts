import { z } from 'zod';

/** Largest page a list of messages or chunks returns. */
export const MAX_LIST_LIMIT = 100;
export const DEFAULT_LIST_LIMIT = 20;

/** Query parameters arrive as text and are checked by hand, since a wrong one is a 400 of its own wording. */
export const limitParameter = z
  .string()
  .optional()
  .meta({ description: 'A whole number from 1; more than 100 counts as 100.', example: '20' });

export const orderParameter = z
  .string()
  .optional()
  .meta({ description: '`desc` (default) or `asc`.', example: 'desc' });

export const cursorParameter = z.string().optional().meta({ description: 'The `next_cursor` of the page before.' });

export const NextCursor = z.string().nullable().meta({ description: 'Null at the end.' });
