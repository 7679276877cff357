import { DEFAULT_LIST_LIMIT, MAX_LIST_LIMIT } from '../api/lists.ts';
import { refuse } from './errors.ts';

/** The page size a client asked for. Errors: 400 unless it is a whole number from 1; more than the most counts as that. */
export const parseLimit = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_LIST_LIMIT;
  const message = 'Invalid limit parameter';
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw refuse(400, 'limit', message, 'Limit must be an integer');
  const limit = Number(text);
  if (limit <= 0) throw refuse(400, 'limit', message, 'Limit must be greater than 0');
  return Math.min(limit, MAX_LIST_LIMIT);
};

/** One of a few words, `usual` when the parameter is absent. Errors: 400 for any other. */
export const parseChoice = <const T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
  usual: NoInfer<T>,
): T => {
  const found = choices.find((choice) => choice === (text ?? usual));
  if (found === undefined) {
    throw refuse(400, name, `Invalid ${name} parameter`, `${name} must be one of: ${choices.join(', ')}`);
  }
  return found;
};

/** `true` or `false` in any case; undefined when absent. Errors: 400 for any other word. */
export const parseFlag = (name: string, text: string | undefined): boolean | undefined => {
  if (text === undefined) return undefined;
  const word = text.toLowerCase();
  if (word !== 'true' && word !== 'false') {
    throw refuse(400, name, `Invalid ${name} parameter`, `${name} must be 'true' or 'false'`);
  }
  return word === 'true';
};
