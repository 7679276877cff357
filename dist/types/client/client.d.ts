import { Caller } from './caller.js';
import { Memory, type Names } from './memory.js';
import type { CallOptions } from './transport.js';
/**
 * A MemFuse server. `for` gives the memory of a user by name, which is where most begin; `call` makes any call of the API.
 *
 * @example
 * const memory = new MemFuse().for({ user: 'alice' });
 * await memory.add('I moved to Lisbon in May.');
 * const { results } = await memory.search('Where do I live?');
 */
export declare class MemFuse extends Caller {
    readonly users: {
        list: (options?: CallOptions) => AsyncGenerator<import("./resources.js").User, void>;
        get: (user_id: string, options?: CallOptions) => Promise<import("./resources.js").User>;
        getByName: (name: string, options?: CallOptions) => Promise<import("./resources.js").User>;
        create: (body: {
            name: string;
            description?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").User>;
        getOrCreate: (name: string, options?: CallOptions) => Promise<import("./resources.js").User>;
        update: (user_id: string, body: {
            name?: string | null | undefined;
            description?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").User>;
        delete: (user_id: string, options?: CallOptions) => Promise<undefined>;
    };
    readonly agents: {
        list: (options?: CallOptions) => AsyncGenerator<import("./resources.js").Agent, void>;
        get: (agent_id: string, options?: CallOptions) => Promise<import("./resources.js").Agent>;
        getByName: (name: string, options?: CallOptions) => Promise<import("./resources.js").Agent>;
        create: (body: {
            name: string;
            description?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").Agent>;
        getOrCreate: (name: string, options?: CallOptions) => Promise<import("./resources.js").Agent>;
        update: (agent_id: string, body: {
            name?: string | null | undefined;
            description?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").Agent>;
        delete: (agent_id: string, options?: CallOptions) => Promise<{
            agent_id: string;
        }>;
    };
    readonly sessions: {
        list: (filter?: import("./resources.js").SessionFilter, options?: CallOptions) => AsyncGenerator<import("./resources.js").Session, void>;
        get: (session_id: string, options?: CallOptions) => Promise<import("./resources.js").Session>;
        getByName: (name: string, user_id: string, options?: CallOptions) => Promise<import("./resources.js").Session>;
        create: (body: {
            user_id: string;
            agent_id: string;
            name?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").Session>;
        update: (session_id: string, body: {
            name?: string | null | undefined;
        }, options?: CallOptions) => Promise<import("./resources.js").Session>;
        delete: (session_id: string, options?: CallOptions) => Promise<{
            session_id: string;
        }>;
        messages: (session_id: string, options?: CallOptions) => AsyncGenerator<import("./resources.js").Message, void>;
        addMessages: (session_id: string, messages: import("./resources.js").NewMessage[], options?: CallOptions) => Promise<{
            message_ids: string[];
            transfer_triggered: boolean;
            total_messages: number;
            buffer_status: "success";
            background_queued: boolean;
            stage?: "extracted" | "indexed" | "stored" | "summarised" | undefined;
            reached?: boolean | undefined;
        }>;
        readMessages: (session_id: string, message_ids: string[], options?: CallOptions) => Promise<import("./resources.js").Message[]>;
        updateMessages: (session_id: string, body: {
            message_ids: string[];
            new_messages: {
                role: "assistant" | "developer" | "function" | "system" | "tool" | "user";
                content?: unknown;
                tool_calls?: unknown[] | null | undefined;
                tool_call_id?: string | null | undefined;
                function_call?: Readonly<Record<string, unknown>> | null | undefined;
                refusal?: string | null | undefined;
                audio?: Readonly<Record<string, unknown>> | null | undefined;
                name?: string | null | undefined;
                metadata?: unknown;
            }[];
        }, options?: CallOptions) => Promise<{
            message_ids: string[];
        }>;
        deleteMessages: (session_id: string, message_ids: string[], options?: CallOptions) => Promise<{
            message_ids: string[];
        }>;
    };
    readonly knowledge: {
        list: (user_id: string, options?: CallOptions) => AsyncGenerator<import("./resources.js").Knowledge, void>;
        add: (user_id: string, knowledge: string[], options?: CallOptions) => Promise<string[]>;
        read: (user_id: string, knowledge_ids: string[], options?: CallOptions) => Promise<import("./resources.js").Knowledge[]>;
        update: (user_id: string, body: {
            knowledge_ids: string[];
            new_knowledge: string[];
        }, options?: CallOptions) => Promise<string[]>;
        delete: (user_id: string, knowledge_ids: string[], options?: CallOptions) => Promise<string[]>;
    };
    readonly apiKeys: {
        list: (user_id: string, options?: CallOptions) => AsyncGenerator<import("./resources.js").ApiKey, void>;
        create: (user_id: string, body?: {
            name?: string | null | undefined;
            key?: string | null | undefined;
            permissions?: {
                read?: unknown;
                write?: unknown;
                admin?: unknown;
            } | null | undefined;
            expires_at?: string | null | undefined;
        }, options?: CallOptions) => Promise<{
            api_key: {
                id: string;
                user_id: string | null;
                name: string | null;
                key: string;
                permissions: {
                    read: boolean;
                    write: boolean;
                    admin: boolean;
                };
                created_at: string;
                expires_at: string | null;
            };
        }>;
        delete: (user_id: string, key_id: string, options?: CallOptions) => Promise<{
            key_id: string;
        }>;
    };
    readonly tasks: {
        list: (state: 'waiting' | 'running' | 'failed' | 'done', options?: CallOptions) => AsyncGenerator<import("./resources.js").Task, void>;
        stats: (options?: CallOptions) => Promise<{
            waiting: number;
            running: number;
            failed: number;
            done: number;
            oldest_waiting_ms: number | null;
            queue: {
                size: number;
                capacity: number;
            };
            workers: {
                id: number;
                state: "busy" | "idle";
                task_id: string | null;
                restarts: number;
            }[];
        }>;
        retry: (task_id: string, options?: CallOptions) => Promise<{
            task: {
                id: string;
                kind: string;
                user_id: string;
                session_id: string;
                state: "failed" | "running" | "waiting";
                attempts: number;
                reason: string | null;
                created_at: string;
                updated_at: string;
                next_attempt_at: string | null;
            };
        }>;
    };
    /** The memory of a user, by names. Nothing is sent before it is used, and what does not exist is created then. */
    for(names: Names): Memory;
    /** The same, with user, agent and session created at once. Errors: `MemFuseError`. */
    init(names: Names): Promise<Memory>;
    /** Whether a server answers. It never fails. */
    isUp(options?: CallOptions): Promise<boolean>;
}
