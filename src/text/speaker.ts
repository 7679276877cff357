/** A leading `Name:` of one to three words, as transcripts have it. */
const LEADING_NAME = /^\s*\p{Lu}[\p{L}\p{M}'’.-]*(?: \p{Lu}[\p{L}\p{M}'’.-]*){0,2}\s*:/u;

/**
 * A message as search sees it: `speaker: content`. Content that names its speaker already, and content without a known
 * speaker, stay as they are. What is stored never changes.
 */
export const spokenText = (speaker: string | null, content: string): string =>
  speaker === null || LEADING_NAME.test(content) ? content : `${speaker}: ${content}`;
