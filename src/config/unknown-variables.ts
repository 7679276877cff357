import leven, { closestMatch } from 'leven';
import { NAMED_VARIABLES, SETTINGS } from './schema.ts';

const PREFIX = 'MEMFUSE_';
/** Read by the SDKs, or for the place of the settings file. */
const OTHERS = [`${PREFIX}API_KEY`, `${PREFIX}BASE_URL`, `${PREFIX}CONFIG`];
/** Letters that may differ in a name that was meant; in a long one some more. */
const FEW_LETTERS = 2;
const LETTERS_PER_MORE = 8;

const named = Object.keys(NAMED_VARIABLES).filter((variable) => variable.startsWith(PREFIX));
const spelled = SETTINGS.map(({ path }) => PREFIX + path.replaceAll('.', '__').toUpperCase());
const KNOWN = [...named, ...spelled];
/** What stands behind the prefix, which all have in common. */
const NAMES = KNOWN.map((variable) => variable.slice(PREFIX.length));

/** The name that may have been meant: nearly the same, or the same with its section in front. */
const nearby = (typed: string): string | null => {
  const nearest = closestMatch(typed, NAMES);
  const mostLetters = FEW_LETTERS + typed.length / LETTERS_PER_MORE;
  if (nearest !== undefined && leven(typed, nearest) <= mostLetters) return nearest;
  return NAMES.find((name) => name.endsWith(`__${typed}`)) ?? null;
};

/**
 * One sentence for each variable that the server does not read and whose name is near to one that it does. Others with
 * its prefix may be somebody else's; those with two underscores name a setting, and are refused when there is none.
 */
export const unknownVariables = (env: Record<string, string | undefined>): string[] =>
  Object.keys(env).flatMap((variable) => {
    const isOurs = KNOWN.includes(variable) || OTHERS.includes(variable);
    if (isOurs || !variable.startsWith(PREFIX) || variable.includes('__') || !env[variable]) return [];
    const nearest = nearby(variable.slice(PREFIX.length).toUpperCase());
    return nearest === null ? [] : [`${variable} sets nothing and has no effect. Did you mean ${PREFIX}${nearest}?`];
  });
