/** A leading `Name:` of one to three words, as transcripts have it. */
const LEADING_NAME = /^\s*(\p{Lu}[\p{L}\p{M}'’.-]*(?: \p{Lu}[\p{L}\p{M}'’.-]*){0,2})\s*:/u;

/** Characters of a longer name that stand before each of its messages in search. */
const MAX_NAME = 200;

/** Who speaks: the name that came with the message, and the user or agent whose role it is. */
export interface Speakers {
  readonly name: string | null;
  readonly usualSpeaker: string | null;
}

/**
 * Who speaks a message: its own name; without one a leading `Name:` in the content; without that the usual speaker of its
 * role; null when nobody is known.
 */
export const speakerOf = ({ name, usualSpeaker }: Speakers, content: string): string | null =>
  (name ?? LEADING_NAME.exec(content)?.[1] ?? usualSpeaker)?.slice(0, MAX_NAME) ?? null;

/**
 * A message as search sees it: `speaker: content`. A leading `Name:` in the content stays as it is. What is stored never
 * changes.
 */
export const spokenText = ({ name, usualSpeaker }: Speakers, content: string): string => {
  const speaker = name ?? (LEADING_NAME.test(content) ? null : usualSpeaker);
  return speaker === null ? content : `${speaker.slice(0, MAX_NAME)}: ${content}`;
};
