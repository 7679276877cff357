import { DEFAULT_LIST_LIMIT, MAX_LIST_LIMIT } from '../api/lists.ts';
import type { Kinds } from '../contract/kinds.ts';
import { STAGES, type Stage, stagesOf } from '../memory/stages.ts';
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

const DEFAULT_WAIT_MS = 10_000;
const MAX_WAIT_MS = 60_000;

/** Errors: 400 for another word, and for a stage that nothing makes, which would be waited for in vain. */
const parseStage = (text: string, kinds: Kinds): Stage => {
  const stage = parseChoice('wait_for', text, STAGES, 'stored');
  const there = stagesOf(kinds);
  if (there.includes(stage)) return stage;
  const why = `Nothing takes messages to the stage ${stage} here; wait_for must be one of: ${there.join(', ')}`;
  throw refuse(400, 'wait_for', 'Invalid wait_for parameter', why);
};

/** The stage to wait for, undefined when none is. Errors: 400 for a stage or a time that is none. */
export const parseWaitFor = (
  stage: string | undefined,
  timeout: string | undefined,
  kinds: Kinds,
): { readonly stage: Stage; readonly timeoutMs: number } | undefined => {
  const message = 'Invalid timeout_ms parameter';
  const text = `timeout_ms must be a whole number from 0 to ${MAX_WAIT_MS}`;
  if (timeout !== undefined && !/^\d{1,9}$/.test(timeout)) throw refuse(400, 'timeout_ms', message, text);
  const timeoutMs = timeout === undefined ? DEFAULT_WAIT_MS : Number(timeout);
  if (timeoutMs > MAX_WAIT_MS) throw refuse(400, 'timeout_ms', message, text);
  return stage === undefined ? undefined : { stage: parseStage(stage, kinds), timeoutMs };
};
