import type { AskedWord } from '../../text/terms.ts';
import type { Owner } from '../owner.ts';
import type { EarlyLook } from './growth.ts';
import type { AskedModel } from './model-vectors.ts';
import type { UserIndex } from './user-index.ts';
import type { UserIndexes } from './user-indexes.ts';

/** How long a question waits for all that came in to be read into the index. */
const EARLY_AFTER_MS = 10;

const settlesWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
};

interface Asking extends Owner {
  /** The configured model, when the vectors by it are asked for. */
  readonly byModel?: AskedModel | null;
  /** That was read for this question (`UserIndexes.open`). */
  readonly generation?: number;
}

/**
 * The index of a user; when that takes long because much came in, what can be searched of it already. Errors: those of
 * `UserIndexes.open`.
 *
 * @param words what of the documents that are not read yet bears on the question; null when the index is waited for in any case.
 */
export const openSoon = async (
  indexes: UserIndexes,
  asking: Asking,
  words: (() => readonly AskedWord[]) | null,
): Promise<{ readonly early: EarlyLook | null; readonly index: UserIndex | null }> => {
  const opening = indexes.open(asking, asking.byModel, asking.generation);
  // So little may be read at first that a look is refused; it is tried again until all is read.
  while (words && !(await settlesWithin(opening, EARLY_AFTER_MS))) {
    const early = await indexes.early(asking, words());
    if (early) {
      // Who asks next hears of a failure.
      opening.catch(() => {});
      return { early, index: early.index };
    }
  }
  return { early: null, index: await opening };
};

/** What `degraded` says of an early look. */
export const earlyNote = ({ unread }: EarlyLook): string =>
  `index: ${unread} documents are still being read, of which those with words of the question were looked at`;
