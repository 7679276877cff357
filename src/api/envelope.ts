import { z } from 'zod';

export const FieldError = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.output<typeof FieldError>;

/** The five keys of every answer, around its data. */
export const successEnvelope = (status: number, data: z.ZodType) =>
  z.object({ status: z.literal('success'), code: z.literal(status), data, message: z.string(), errors: z.null() });

export const ErrorEnvelope = z
  .object({
    status: z.literal('error'),
    code: z.int(),
    data: z.null(),
    message: z.string(),
    errors: z.array(FieldError),
  })
  .meta({ id: 'Error' });

/** The error envelope with the details that validation gives: where, what kind, and what was sent. */
export const ValidationEnvelope = ErrorEnvelope.extend({
  detail: z.array(
    z.object({
      type: z.string(),
      loc: z.array(z.union([z.string(), z.int()])),
      msg: z.string(),
      input: z.unknown(),
      ctx: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
}).meta({ id: 'ValidationError' });
