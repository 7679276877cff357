import type { Caller as AnyCaller } from './caller.js';
import type { Answer, CallInput, OperationId, Operations } from './operations.js';
import type { CallOptions } from './transport.js';
type Caller = Pick<AnyCaller, 'call'>;
type Body<I extends OperationId> = CallInput<Operations[I]> extends {
    readonly body?: infer B;
} ? NonNullable<B> : never;
type Row<I extends OperationId, Key extends keyof Answer<Operations[I]>> = Answer<Operations[I]>[Key] extends readonly (infer R)[] ? R : never;
export type User = Row<'listUsers', 'users'>;
export type Agent = Row<'listAgents', 'agents'>;
export type Session = Row<'listSessions', 'sessions'>;
export type Message = Row<'listMessages', 'messages'>;
export type Knowledge = Row<'listKnowledge', 'knowledge'>;
export type ApiKey = Row<'listApiKeys', 'api_keys'>;
export type Task = Row<'listTasks', 'tasks'>;
/** A message as it is sent. */
export type NewMessage = Body<'addMessages'>['messages'][number];
export declare const usersOf: (client: Caller) => {
    /** All users, page by page as they are asked for. */
    list: (options?: CallOptions) => AsyncGenerator<User, void>;
    get: (user_id: string, options?: CallOptions) => Promise<User>;
    getByName: (name: string, options?: CallOptions) => Promise<User>;
    create: (body: Body<'createUser'>, options?: CallOptions) => Promise<User>;
    /** The one of this name, created when there is none. */
    getOrCreate: (name: string, options?: CallOptions) => Promise<User>;
    update: (user_id: string, body: Body<'updateUser'>, options?: CallOptions) => Promise<User>;
    /** Deletes a user with everything that is stored of them. */
    delete: (user_id: string, options?: CallOptions) => Promise<undefined>;
};
export declare const agentsOf: (client: Caller) => {
    list: (options?: CallOptions) => AsyncGenerator<Agent, void>;
    get: (agent_id: string, options?: CallOptions) => Promise<Agent>;
    getByName: (name: string, options?: CallOptions) => Promise<Agent>;
    create: (body: Body<'createAgent'>, options?: CallOptions) => Promise<Agent>;
    /** The one of this name, created when there is none. */
    getOrCreate: (name: string, options?: CallOptions) => Promise<Agent>;
    update: (agent_id: string, body: Body<'updateAgent'>, options?: CallOptions) => Promise<Agent>;
    delete: (agent_id: string, options?: CallOptions) => Promise<{
        agent_id: string;
    }>;
};
/** Which sessions a list is about. */
export interface SessionFilter {
    readonly user_id?: string;
    readonly agent_id?: string;
}
export declare const sessionsOf: (client: Caller) => {
    list: (filter?: SessionFilter, options?: CallOptions) => AsyncGenerator<Session, void>;
    get: (session_id: string, options?: CallOptions) => Promise<Session>;
    getByName: (name: string, user_id: string, options?: CallOptions) => Promise<Session>;
    create: (body: Body<'createSession'>, options?: CallOptions) => Promise<Session>;
    update: (session_id: string, body: Body<'updateSession'>, options?: CallOptions) => Promise<Session>;
    delete: (session_id: string, options?: CallOptions) => Promise<{
        session_id: string;
    }>;
    /** All messages of a session, the oldest first, page by page as they are asked for. */
    messages: (session_id: string, options?: CallOptions) => AsyncGenerator<Message, void>;
    addMessages: (session_id: string, messages: NewMessage[], options?: CallOptions) => Promise<{
        message_ids: string[];
        transfer_triggered: boolean;
        total_messages: number;
        buffer_status: "success";
        background_queued: boolean;
        stage?: "extracted" | "indexed" | "stored" | "summarised" | undefined;
        reached?: boolean | undefined;
    }>;
    readMessages: (session_id: string, message_ids: string[], options?: CallOptions) => Promise<Message[]>;
    updateMessages: (session_id: string, body: Body<'updateMessages'>, options?: CallOptions) => Promise<{
        message_ids: string[];
    }>;
    deleteMessages: (session_id: string, message_ids: string[], options?: CallOptions) => Promise<{
        message_ids: string[];
    }>;
};
export declare const knowledgeOf: (client: Caller) => {
    list: (user_id: string, options?: CallOptions) => AsyncGenerator<Knowledge, void>;
    add: (user_id: string, knowledge: string[], options?: CallOptions) => Promise<string[]>;
    read: (user_id: string, knowledge_ids: string[], options?: CallOptions) => Promise<Knowledge[]>;
    update: (user_id: string, body: Body<'updateKnowledge'>, options?: CallOptions) => Promise<string[]>;
    delete: (user_id: string, knowledge_ids: string[], options?: CallOptions) => Promise<string[]>;
};
export declare const apiKeysOf: (client: Caller) => {
    list: (user_id: string, options?: CallOptions) => AsyncGenerator<ApiKey, void>;
    /** The key itself is in this answer only. */
    create: (user_id: string, body?: Body<'createApiKey'>, options?: CallOptions) => Promise<{
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
export declare const tasksOf: (client: Caller) => {
    /** Background work in one state, page by page as it is asked for. */
    list: (state: 'waiting' | 'running' | 'failed' | 'done', options?: CallOptions) => AsyncGenerator<Task, void>;
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
/** The calls that a memory is made of. */
export type Resources = Caller & {
    readonly users: ReturnType<typeof usersOf>;
    readonly agents: ReturnType<typeof agentsOf>;
    readonly sessions: ReturnType<typeof sessionsOf>;
    readonly knowledge: ReturnType<typeof knowledgeOf>;
};
export {};
