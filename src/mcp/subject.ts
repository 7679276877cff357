import { ApiRefusal } from '../api/call.ts';
import { users } from '../api/identities.ts';
import type { ToolContext } from './tool.ts';

/** The id of the user whose memory it is; null while nothing is remembered of anybody of that name. */
export const userIdOf = async ({ call, user }: ToolContext): Promise<string | null> => {
  try {
    const [found] = (await call(users.list, { query: { name: user } })).users;
    return found?.id ?? null;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
};

/** The same for what needs somebody who is known. Errors: 404. */
export const knownUserId = async (context: ToolContext): Promise<string> => {
  const id = await userIdOf(context);
  if (id !== null) return id;
  const message = `Nothing is remembered of ${context.user} yet.`;
  throw new ApiRefusal(404, message, [{ field: 'user', message }]);
};
