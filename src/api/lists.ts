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

export const cursorParameter = z.string().optional().meta({
  description: 'The `next_cursor` of the page before; empty for the first.',
});

export const NextCursor = z.string().nullable().meta({ description: 'Null at the end.' });

/** What asks for a page of a list that is told whole without. */
export const pageParameters = {
  limit: z.string().optional().meta({
    description:
      'A whole number from 1; more than 100 counts as 100. Without it and without a cursor the whole list is answered.',
    example: '20',
  }),
  cursor: cursorParameter,
};

/** `next_cursor` in the data of a list that clients knew before it had pages: there when `cursor` was sent. */
export const NextCursorWhenAsked = NextCursor.optional().meta({
  description: 'With `cursor`: where the next page begins, null at the end. The header `Link` says so in any case.',
});

/** Of a create: whether what has the name already is as good as a new one. */
export const getOrCreateParameter = z.string().optional().meta({
  description: '`true`: when the name is taken, answer 200 with the one that has it, instead of 400.',
  example: 'true',
});
