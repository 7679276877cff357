import type { z } from 'zod';
import type { FieldError } from './envelope.ts';
import type { Operation } from './operation.ts';

/** What stands in the request of an operation. */
export interface CallRequest<O extends Operation> {
  /** Parameters of the path, by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: O extends { readonly body: infer B extends z.ZodType } ? z.input<B> : undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The data of the answer of an operation. */
export type CalledData<O extends Operation> = O extends {
  readonly success: { readonly data: infer D extends z.ZodType };
}
  ? z.output<D>
  : null;

/** Calls operations of the API in the name of somebody. Errors: `ApiRefusal` for every answer that is none of success. */
export type ApiCall = <O extends Operation>(operation: O, request?: CallRequest<O>) => Promise<CalledData<O>>;

/** The API has refused a call. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    message: string,
    readonly errors: readonly FieldError[],
  ) {
    super(message);
  }

  /** Which field it is about, of several the first. */
  get field(): string | null {
    return this.errors[0]?.field ?? null;
  }

  /** The sentence that says most. */
  get sentence(): string {
    return this.errors[0]?.message ?? this.message;
  }
}
