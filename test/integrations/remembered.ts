import type { MemFuse, MemFuseError } from '../../src/client/index.ts';

/** Time limits that a machine under load keeps. */
export const PATIENT = { recallTimeoutMs: 30_000, rememberTimeoutMs: 30_000 };

/** Everything that a user and the model said, session by session, each in its order. */
export const saidBy = async (
  client: MemFuse,
  user: string,
): Promise<(readonly [role: string, content: string])[][]> => {
  const { id } = await client.users.getOrCreate(user);
  const sessions = await Array.fromAsync(client.sessions.list({ user_id: id }));
  return Promise.all(
    sessions.map(async (session) => {
      const messages = await Array.fromAsync(client.sessions.messages(session.id));
      return messages.map(({ role, content }) => [role, content] as const);
    }),
  );
};

/** Errors as an integration tells them. */
export const listening = () => {
  const heard: { readonly during: string; readonly reason: string; readonly message: string }[] = [];
  return {
    heard,
    onError: ({ reason, message }: MemFuseError, during: 'recall' | 'remember'): void => {
      heard.push({ during, reason, message });
    },
  };
};

/** Something that takes a call and never answers it. */
export const startSilence = () => {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Promise<Response>(() => {}) });
  return { baseUrl: server.url.origin, stop: () => server.stop(true) };
};

/** An address at which nothing answers. */
export const deadAddress = async (): Promise<string> => {
  const { baseUrl, stop } = startSilence();
  await stop();
  return baseUrl;
};
