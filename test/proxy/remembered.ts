import type { TestServer } from '../support/server.ts';

interface Row {
  readonly role: string;
  readonly content: string;
  // biome-ignore lint/suspicious/noExplicitAny: metadata are what a client sent.
  readonly metadata: any;
}

/** What is remembered of a user: by the name of the session, its messages in their order. Empty for one who is unknown. */
export const rememberedOf = async (server: TestServer, user: string): Promise<Record<string, Row[]>> => {
  const found = await server.call('GET', `/users?name=${encodeURIComponent(user)}`);
  if (found.status === 404) return {};
  const { id } = found.body.data.users[0];
  const { sessions } = (await server.call('GET', `/sessions?user_id=${id}`)).body.data;
  const rows = await Promise.all(
    sessions.map(async (session: { id: string; name: string }) => {
      const path = `/sessions/${session.id}/messages?order=asc&limit=100&fields=all`;
      return [session.name, (await server.call('GET', path)).body.data.messages] as const;
    }),
  );
  return Object.fromEntries(rows);
};

/** The same as one line for each message. */
export const linesOf = async (server: TestServer, user: string): Promise<string[]> =>
  Object.values(await rememberedOf(server, user))
    .flat()
    .map(({ role, content }) => `${role}: ${content}`);
