/** What every call may say beside what it asks for. */
export interface CallOptions {
    /** Gives the call up. */
    readonly signal?: AbortSignal | undefined;
    /** Longest wait for each try, in milliseconds. */
    readonly timeoutMs?: number | undefined;
    /** Further tries after one that may do better later. */
    readonly retries?: number | undefined;
    /** Sent with a call that creates, so that it takes effect once however often it is repeated; made up when absent. */
    readonly idempotencyKey?: string | undefined;
}
export interface TransportOptions {
    readonly baseUrl: string;
    readonly apiKey: string | undefined;
    readonly timeoutMs: number;
    readonly retries: number;
    readonly fetch: typeof fetch;
}
/** A request as it goes out. */
export interface Outgoing {
    readonly method: string;
    /** Below the base address, with its query string. */
    readonly path: string;
    readonly body?: unknown;
    readonly creates: boolean;
}
/** Sends requests, and sends those again that may do better later. */
export declare class Transport {
    #private;
    constructor(options: TransportOptions);
    /** The `data` of an answer; undefined for one without a body. Errors: `MemFuseError`. */
    send(request: Outgoing, options?: CallOptions): Promise<unknown>;
}
