import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The id of the request that the code at work serves, wherever that is: it is not handed from call to call. It takes less
 * than a microsecond of a request. What serves nobody in particular, such as a timer, has none.
 */
const current = new AsyncLocalStorage<string>();

/** Runs what a request asks for; what that calls and awaits knows the id. */
export const withRequestId = <T>(id: string, run: () => T): T => current.run(id, run);

/** Runs what outlives the request that brought it about. */
export const apartFromRequest = <T>(run: () => T): T => current.exit(run);

export const requestId = (): string | undefined => current.getStore();
