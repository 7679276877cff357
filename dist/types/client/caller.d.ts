import type { Answer, CallInput, OperationId, Operations } from './operations.js';
import { type CallOptions } from './transport.js';
export interface MemFuseOptions {
    /** Where the server is; http://127.0.0.1:8000 when absent. */
    readonly baseUrl?: string;
    /** Needed when the server asks for keys. */
    readonly apiKey?: string;
    /** Longest wait for each try, in milliseconds; 30,000 when absent. */
    readonly timeoutMs?: number;
    /** Further tries after one that may do better later; 2 when absent. */
    readonly retries?: number;
    /** Another fetch than the runtime's. */
    readonly fetch?: typeof fetch;
}
/** What makes the calls of the API, each by its operation id. */
export declare class Caller {
    #private;
    /** Errors: `TypeError` for a `baseUrl` that is no address of a server. */
    constructor(options?: MemFuseOptions);
    /** Makes one call of the API by its operation id and answers its `data`. Errors: `MemFuseError`. */
    call<I extends OperationId>(id: I, input: CallInput<Operations[I]>, options?: CallOptions): Promise<Answer<Operations[I]>>;
}
