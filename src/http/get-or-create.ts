import { MemfuseError } from '../contract/errors.ts';
import { type Answer, ok } from './envelope.ts';

/** How often what had the name may turn out to be gone by the time it is looked at. */
const MAX_TRIES = 3;

/**
 * A create; with `orGet`, what has the name already instead of a refusal. Of many requests for one name at once one makes it
 * and the others find it. Errors: those of the create; `name_taken` when the caller may not see who has the name.
 *
 * @param find what a create named, null when it is gone.
 */
export const getOrCreate = async <D>(
  { orGet, message }: { readonly orGet: boolean; readonly message: string },
  create: () => Promise<Answer<D>>,
  find: (id: string) => Promise<D | null>,
): Promise<Answer<D>> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await create();
    } catch (error) {
      const takenBy = orGet && error instanceof MemfuseError ? error.details.takenBy : undefined;
      if (takenBy === undefined) throw error;
      const found = await find(takenBy);
      if (found) return ok(message, found);
      if (tries === MAX_TRIES) throw error;
    }
  }
};
