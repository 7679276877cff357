/** A field of a request that the server refuses, and why. */
export interface FieldProblem {
    readonly field: string;
    readonly message: string;
}
/**
 * Why a call came to nothing. `refused`: the server said no. `unreachable`: nothing answered. `timeout`: no answer in time.
 * `aborted`: the caller's own signal. `foreign`: what answered is no MemFuse server.
 */
export type Reason = 'refused' | 'unreachable' | 'timeout' | 'aborted' | 'foreign';
interface Details {
    readonly reason: Reason;
    readonly status?: number | undefined;
    readonly errors?: readonly FieldProblem[] | undefined;
    readonly requestId?: string | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly cause?: unknown;
}
/** The one error of this client. */
export declare class MemFuseError extends Error {
    readonly name = "MemFuseError";
    readonly reason: Reason;
    /** The HTTP status that the server answered with; undefined when nothing answered. */
    readonly status: number | undefined;
    /** What the server has against single fields. */
    readonly errors: readonly FieldProblem[];
    /** Stands in the server's log lines of the request too. */
    readonly requestId: string | undefined;
    /** How long the server asks to wait before the next try. */
    readonly retryAfterMs: number | undefined;
    constructor(message: string, { reason, status, errors, requestId, retryAfterMs, cause }: Details);
}
export {};
