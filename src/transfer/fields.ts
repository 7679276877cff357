import { z } from 'zod';

export const Id = z.string().regex(/^[\w-]{1,64}$/, { error: 'Input should be an id: letters, digits, - and _' });

export const Moment = z.string().transform((text, ctx) => {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    ctx.addIssue({ code: 'custom', message: 'Input should be a time such as 2026-11-30T12:00:00.000Z' });
  return at;
});

export const times = { created_at: Moment, updated_at: Moment };

/** A JSON object, and then its text. Numbers stay as they were written. */
export const JsonObject = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'Input should be a JSON object',
  })
  .transform((value) => JSON.stringify(value));

/** A time as it stands in a file. */
export const timeOf = (at: number): string => new Date(at).toISOString();
