import { type ApiCall, ApiRefusal, type CalledData, type CallRequest } from '../api/call.ts';
import { API_PREFIX, type Operation } from '../api/operation.ts';
import type { Caller } from '../services/access.ts';
import type { Served, ServedHandler } from './context.ts';

/** Calls operations for the caller of a request that is being served. */
export type CallsWithin = (served: Served, caller: Caller) => ApiCall;

/** The address of an operation, with its parameters in it. */
const addressOf = ({ path }: Operation, { params = {}, query = {} }: CallRequest<Operation>): string => {
  const filled = Object.entries(params).reduce(
    (address, [name, value]) => address.replace(`{${name}}`, () => encodeURIComponent(value)),
    path as string,
  );
  const search = new URLSearchParams(query).toString();
  return `http://localhost${API_PREFIX}${filled}${search === '' ? '' : `?${search}`}`;
};

/**
 * Calls from within, for what speaks the API in another form, such as the proxy: they go the way of every request, from its
 * schema to its answer, so that nothing is allowed here that is refused there. They are not counted again.
 */
export const createCallsWithin =
  (serve: ServedHandler): CallsWithin =>
  (served, caller) =>
  async <O extends Operation>(operation: O, request: CallRequest<O> = {}): Promise<CalledData<O>> => {
    const { body, headers } = request;
    const response = await serve(
      new Request(addressOf(operation, request as CallRequest<Operation>), {
        method: operation.method.toUpperCase(),
        headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { ...served, caller, route: null },
    );
    if (response.status === 204) return null as CalledData<O>;
    const { data, message, errors } = (await response.json()) as {
      data: CalledData<O>;
      message: string;
      errors: ApiRefusal['errors'] | null;
    };
    if (!response.ok) throw new ApiRefusal(response.status, message, errors ?? []);
    return data;
  };
