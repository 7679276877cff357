/** A leading `Name:` of one to three words, as transcripts have it. */
const LEADING_NAME = /^\s*(\p{Lu}[\p{L}\p{M}'’.-]*(?: \p{Lu}[\p{L}\p{M}'’.-]*){0,2})\s*:/u;

/** Characters of a longer name that stand before each of its passages in search. */
const MAX_NAME = 200;

/** Who speaks a message: its own name; without one a leading `Name:` in the content; null when neither says. */
export const speakerOf = (name: string | null, content: string): string | null =>
  (name ?? LEADING_NAME.exec(content)?.[1])?.slice(0, MAX_NAME) ?? null;

/**
 * A message as search sees it: `name: content` when it came with a name. The account's name is none: it says nothing of what
 * is said. What is stored never changes.
 */
export const spokenText = (name: string | null, content: string): string =>
  name === null ? content : `${name.slice(0, MAX_NAME)}: ${content}`;
