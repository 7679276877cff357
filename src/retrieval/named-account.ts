import type { AccountNames } from '../contract/corpus.ts';
import type { Role } from '../contract/records.ts';

/** Whom a question names by the name of an account, and by which words. */
export interface NamedAccount {
  /** Their messages are those of this role that name no other speaker. */
  readonly role: Role;
  /** In lower case. */
  readonly words: ReadonlySet<string>;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

const holdsRun = (words: readonly string[], run: readonly string[]): boolean =>
  words.some((_, from) => run.every((word, i) => words[from + i] === word));

/** Ada Byron, and no id. */
const IS_PERSON = /^\p{Lu}[\p{Ll}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}.'’-]*)+$/u;

/** The words by which a text names somebody: all of the name, or the first of a person's. */
const namingIn = (words: readonly string[], name: string): readonly string[] | null => {
  const run = wordsOf(name);
  const [first = ''] = run;
  if (run.length > 0 && holdsRun(words, run)) return run;
  return IS_PERSON.test(name) && words.includes(first) ? [first] : null;
};

/**
 * Whether a question names the user or an agent. The names of accounts are often ids, or words for something else: one with
 * a word that messages have tells nothing of who speaks.
 *
 * @param isSaid whether a word stands in the memory.
 */
export const accountNamedIn = (
  question: string,
  { user, agents }: AccountNames,
  isSaid: (word: string) => boolean,
): NamedAccount | null => {
  const words = wordsOf(question);
  const accounts = [
    { role: 'user', name: user } as const,
    ...agents.map((name) => ({ role: 'assistant', name }) as const),
  ];
  for (const { role, name } of accounts) {
    const naming = namingIn(words, name);
    if (naming && !naming.some(isSaid)) return { role, words: new Set(naming) };
  }
  return null;
};
