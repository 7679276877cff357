/** Controls, and what ends a line somewhere: the separators of Unicode among it. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** What is not seen and turns or joins what is: marks of direction, zero-width blanks, tags. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Co}]/gu;
/** Between letters of some scripts, and within emoji, these are spelling. */
const JOINERS = '\u200c\u200d';
const EMOJI_STYLE = '\ufe0f';
const isSpelling = (character: string, at: number, text: string): boolean => {
  const isJoiner = JOINERS.includes(character);
  if (!isJoiner && character !== EMOJI_STYLE) return false;
  return isJoined(text.charAt(at - 1)) && (!isJoiner || isJoined(text.charAt(at + 1)));
};
const isJoined = (neighbour: string): boolean => neighbour > '\u007f' && !JOINERS.includes(neighbour);
const BLANKS = /[\s\p{Zs}]+/gu;
const MAX_CHARACTERS = 80;

/**
 * A name that somebody chose, in one line and no longer than that may be: without controls, line ends of any kind, marks of
 * direction and zero-width characters, so that it can neither look like several lines nor turn what stands beside it.
 * Empty when nothing is left.
 */
export const oneLine = (name: string, most = MAX_CHARACTERS): string => {
  // More than eight times as much is never looked at.
  const text = name
    .slice(0, 8 * most)
    .replaceAll(BREAKS, ' ')
    .replaceAll(UNSEEN, (character, at, whole) => (isSpelling(character, at, whole) ? character : ''))
    .replaceAll(BLANKS, ' ')
    .trim();
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
};
