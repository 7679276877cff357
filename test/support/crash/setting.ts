import type { ServerProcess } from '../server-process.ts';
import { callApi, listWhole } from './api.ts';
import type { Ledger, LedgerSession } from './ledger.ts';

/** Creates users, for sessions to belong to. */
export const createUsers = async (server: ServerProcess, count: number): Promise<readonly string[]> => {
  const create = async (): Promise<string> => {
    const body = { name: crypto.randomUUID() };
    return (await callApi<{ user: { id: string } }>(server, 'POST', '/users', body)).user.id;
  };
  return Promise.all(Array.from({ length: count }, create));
};

/** Creates sessions of these users in turn and enters them in the ledger. */
export const createSessions = async (
  server: ServerProcess,
  ledger: Ledger,
  userIds: readonly string[],
  count: number,
): Promise<LedgerSession[]> => {
  const { agent } = await callApi<{ agent: { id: string } }>(server, 'POST', '/agents', { name: crypto.randomUUID() });
  const create = async (_: unknown, i: number): Promise<LedgerSession> => {
    const userId = userIds[i % userIds.length] ?? '';
    const body = { user_id: userId, agent_id: agent.id };
    const { session } = await callApi<{ session: { id: string } }>(server, 'POST', '/sessions', body);
    return ledger.openSession(session.id, userId);
  };
  return Promise.all(Array.from({ length: count }, create));
};

/** Compares sessions with the ledger and decides what was uncertain. Returns what is wrong. */
export const verifySessions = async (
  server: ServerProcess,
  ledger: Ledger,
  sessions: readonly LedgerSession[] = ledger.sessions,
): Promise<string[]> => {
  const faults: string[] = [];
  for (const session of sessions) faults.push(...ledger.verify(session, await listWhole(server, session)));
  return faults;
};
