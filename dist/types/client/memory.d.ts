import type { CallInput, OperationId, Operations } from './operations.js';
import type { Knowledge, Message, NewMessage, Resources } from './resources.js';
import type { CallOptions } from './transport.js';
/** Whose memory, and which conversation. */
export interface Names {
    /** The name of a user. */
    readonly user: string;
    /** The name of an agent; `agent_default` when absent. */
    readonly agent?: string | undefined;
    /** The name of a session; a new one when absent. */
    readonly session?: string | undefined;
}
/** The ids that names stand for. */
export interface Ids {
    readonly userId: string;
    readonly agentId: string;
    readonly sessionId: string;
}
/** Something to remember: a message, several, or what the user said. */
export type Said = string | NewMessage | readonly NewMessage[];
type BodyOf<I extends OperationId> = CallInput<Operations[I]> extends {
    readonly body?: infer B;
} ? NonNullable<B> : never;
export type SearchOptions = CallOptions & Omit<BodyOf<'searchMemories'>, 'user' | 'agent' | 'session' | 'query'>;
export type ContextOptions = CallOptions & Omit<BodyOf<'contextOfMemories'>, 'user' | 'agent' | 'session' | 'query'>;
export type AddOptions = CallOptions & {
    /** Answer when the messages have come so far; at once when absent. */
    readonly waitFor?: 'stored' | 'indexed' | 'summarised' | 'extracted';
    /** Longest wait for that, in milliseconds. */
    readonly waitMs?: number;
};
/** The memory of one user, by names: what is said in one conversation, and questions to all that is known. */
export declare class Memory {
    #private;
    readonly user: string;
    readonly agent: string;
    constructor(client: Resources, { user, agent, session }: Names);
    /** The name of the session; undefined before its first message, when it was not named. */
    get session(): string | undefined;
    /** Remembers what was said. When it answers, that is on disk and can be found. Errors: `MemFuseError`. */
    add(said: Said, { waitFor, waitMs, ...options }?: AddOptions): Promise<{
        message_ids: string[];
        transfer_triggered: boolean;
        total_messages: number;
        buffer_status: "success";
        background_queued: boolean;
        stage?: "extracted" | "indexed" | "stored" | "summarised" | undefined;
        reached?: boolean | undefined;
        user_id: string;
        agent_id: string;
        session_id: string;
        session_name: string | null;
    }>;
    /** What bears on a question, the best first, from all conversations of the user. Errors: `MemFuseError`. */
    search(query: string, asked?: SearchOptions): Promise<{
        results: {
            id: string;
            content: string;
            score: number;
            type: "knowledge" | "message";
            role: string | null;
            created_at: string | null;
            updated_at: string | null;
            metadata: {
                user_id: string;
                agent_id: string | null;
                session_id: string | null;
                session_name: string | null;
                scope: "cross_session" | "in_session" | null;
                level: number;
                retrieval: {
                    source: string;
                    duplicates?: number | undefined;
                };
            };
            name?: string | null | undefined;
            message_metadata?: Readonly<Record<string, unknown>> | null | undefined;
            explain?: {
                step: string;
                score: number;
                note: string;
            }[] | undefined;
        }[];
        total: number;
        degraded: string[];
        took_ms: number;
        user_id: string;
        agent_id: string | null;
        session_id: string | null;
    }>;
    /** The same as a block of text for a prompt. Errors: `MemFuseError`. */
    context(query: string, asked?: ContextOptions): Promise<{
        context: string | {
            role: string;
            content: string;
            name?: string | undefined;
        }[];
        tokens: number;
        citations: {
            id: string;
            type: "knowledge" | "message";
            session_id: string | null;
            created_at: string;
        }[];
        truncated: boolean;
        degraded: string[];
        user_id: string;
        agent_id: string | null;
        session_id: string | null;
    }>;
    /** The ids of user, agent and session, which are created where they do not exist. Errors: `MemFuseError`. */
    ids(options?: CallOptions): Promise<Ids>;
    /** What was said in this session, the oldest first, page by page as it is asked for. */
    messages(options?: CallOptions): AsyncGenerator<Message, void>;
    /** `search`, under its name in the Python SDK. */
    query(query: string, asked?: SearchOptions): Promise<{
        results: {
            id: string;
            content: string;
            score: number;
            type: "knowledge" | "message";
            role: string | null;
            created_at: string | null;
            updated_at: string | null;
            metadata: {
                user_id: string;
                agent_id: string | null;
                session_id: string | null;
                session_name: string | null;
                scope: "cross_session" | "in_session" | null;
                level: number;
                retrieval: {
                    source: string;
                    duplicates?: number | undefined;
                };
            };
            name?: string | null | undefined;
            message_metadata?: Readonly<Record<string, unknown>> | null | undefined;
            explain?: {
                step: string;
                score: number;
                note: string;
            }[] | undefined;
        }[];
        total: number;
        degraded: string[];
        took_ms: number;
        user_id: string;
        agent_id: string | null;
        session_id: string | null;
    }>;
    /** What bears on a question; `scope` of each result says whether it is of this session. */
    querySession(query: string, { top_k, ...options }?: CallOptions & {
        readonly top_k?: number;
    }): Promise<{
        results: {
            id: string;
            content: string;
            score: number;
            type: "knowledge" | "message";
            role: string | null;
            created_at: string | null;
            updated_at: string | null;
            metadata: {
                user_id: string;
                agent_id: string | null;
                session_id: string | null;
                session_name: string | null;
                scope: "cross_session" | "in_session" | null;
                level: number;
                retrieval: {
                    source: string;
                    duplicates?: number | undefined;
                };
            };
            name?: string | null | undefined;
            message_metadata?: Readonly<Record<string, unknown>> | null | undefined;
            explain?: {
                step: string;
                score: number;
                note: string;
            }[] | undefined;
        }[];
        total: number;
        degraded?: string[] | undefined;
        took_ms?: number | undefined;
    }>;
    listMessages(options?: CallOptions): Promise<Message[]>;
    read(messageIds: string[], options?: CallOptions): Promise<Message[]>;
    update(messageIds: string[], newMessages: NewMessage[], options?: CallOptions): Promise<{
        message_ids: string[];
    }>;
    delete(messageIds: string[], options?: CallOptions): Promise<{
        message_ids: string[];
    }>;
    addKnowledge(knowledge: string[], options?: CallOptions): Promise<string[]>;
    readKnowledge(knowledgeIds: string[], options?: CallOptions): Promise<Knowledge[]>;
    updateKnowledge(knowledgeIds: string[], newKnowledge: string[], options?: CallOptions): Promise<string[]>;
    deleteKnowledge(knowledgeIds: string[], options?: CallOptions): Promise<string[]>;
}
export {};
