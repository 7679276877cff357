import { MemfuseError } from '../contract/errors.ts';
import type { Ids } from '../platform/ids.ts';

/** Random bytes at the end of a session name that is made up. */
const SUFFIX_BYTES = 4;
/** How often a made-up name may turn out to be taken before that is somebody's fault. */
const ATTEMPTS = 3;

/** Characters of each name that a made-up one holds, so that it is no longer than a name may be. */
const PART_LENGTH = 120;

const beginning = (name: string): string =>
  name.length > PART_LENGTH ? [...name].slice(0, PART_LENGTH).join('') : name;

/** Creates something under a session name that is made up of who speaks. Errors: those of the create. */
export const withMadeUpName = async <T>(
  ids: Pick<Ids, 'hex'>,
  { user, agent }: { readonly user: string; readonly agent: string },
  create: (name: string) => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create(`${beginning(user)}-${beginning(agent)}-${ids.hex(SUFFIX_BYTES)}`);
    } catch (error) {
      const isTaken = error instanceof MemfuseError && error.code === 'name_taken';
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
};
