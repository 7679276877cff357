/** A leading `Name:` of one to three words, as transcripts have it. */
const LEADING_NAME = /^\s*\p{Lu}[\p{L}\p{M}'’.-]*(?: \p{Lu}[\p{L}\p{M}'’.-]*){0,2}\s*:/u;

/** Who speaks: the name that came with the message, and the user or agent whose role it is. */
export interface Speakers {
  readonly name: string | null;
  readonly usualSpeaker: string | null;
}

/**
 * A message as search sees it: `speaker: content`. The speaker is the message's own name; without one a leading `Name:`
 * in the content, which then stays as it is; without that the usual speaker of its role. What is stored never changes.
 */
export const spokenText = ({ name, usualSpeaker }: Speakers, content: string): string => {
  const speaker = name ?? (LEADING_NAME.test(content) ? null : usualSpeaker);
  return speaker === null ? content : `${speaker}: ${content}`;
};
