/** A part of a text, from one place up to another. */
export interface Span {
  readonly from: number;
  readonly end: number;
}

/** What ends a sentence when a blank follows. */
const ENDS = new Set('.!?…');
/** What ends one by itself, in scripts that put no blank behind it or have no other use for it. */
const ENDS_ALONE = new Set('。！？｡．؟۔।॥။།።፧\n\r\v\f\u0085\u2028\u2029');
/** What still belongs to the sentence that ended before it. */
const CLOSES = new Set('"\'”’»)]}」』）】》');
const PAUSES = new Set(',、，،');
const isBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\u00a0';

/** Thai to Myanmar, Khmer, kana and Chinese: they part sentences, and not words, by blanks, and say much in few characters. */
const DENSE = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
/** Whether a character belongs to one of them. */
export const isDense = (character: string): boolean => character > '\u0dff' && DENSE.test(character);

/** Shorter ones are joined with the next: "Dr.", "1.", "- milk". */
const LEAST = 24;
const LEAST_DENSE = 8;
/** Longer ones are cut at a pause or a blank, and anywhere when there is none. */
const MOST = 160;
/** In which part of a long one a place to cut is looked for. */
const LATEST_SHARE = 1 / 2;

/** Whether a word goes on here, as behind the point of "3.14" and "example.com". */
const isWordAt = (text: string, at: number): boolean => {
  const next = text.charAt(at);
  return next !== '' && !isBlank(next) && !CLOSES.has(next) && !ENDS_ALONE.has(next);
};

/** Where a part that has no end within `MOST` characters is cut: behind a pause, a blank, or a whole character. */
const cutOf = (text: string, from: number): number => {
  const most = from + MOST;
  const least = from + MOST * LATEST_SHARE;
  let blank = 0;
  for (let at = most; at > least; at -= 1) {
    const before = text.charAt(at - 1);
    if (PAUSES.has(before)) return at;
    if (blank === 0 && isBlank(before)) blank = at;
  }
  if (blank > 0) return blank;
  const isWithinPair = (text.charCodeAt(most) & 0xfc00) === 0xdc00;
  return isWithinPair ? most - 1 : most;
};

const QUESTION_MARK = 0x3f;
const NEXT_LINE = 0x85;

/** Whether a sentence, a line or an item of a list ends with the character here. */
const isEndAt = (text: string, at: number): boolean => {
  const character = text.charAt(at);
  return (
    ENDS_ALONE.has(character) ||
    (ENDS.has(character) && !isWordAt(text, at + 1)) ||
    (isDense(character) && isBlank(text.charAt(at + 1)))
  );
};

/**
 * The sentences, lines and list items of a text, one after the other: every character stands in one. In one pass, for any
 * script, and for texts without an end of a sentence.
 */
export const unitsOf = (text: string): Span[] => {
  const units: Span[] = [];
  let from = 0;
  let at = 0;
  const end = (place: number): void => {
    units.push({ from, end: place });
    from = place;
    at = place;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    at += 1;
    // Letters of ASCII, which nearly all of English is, end nothing.
    const isLetter = code > QUESTION_MARK && code < NEXT_LINE;
    if (!isLetter && isEndAt(text, at - 1)) {
      const most = Math.min(text.length, from + MOST);
      while (at < most && (CLOSES.has(text.charAt(at)) || ENDS_ALONE.has(text.charAt(at)))) at += 1;
      while (at < most && isBlank(text.charAt(at))) at += 1;
      if (at - from >= (isDense(text.charAt(from)) ? LEAST_DENSE : LEAST)) end(at);
    }
    if (at - from >= MOST) end(cutOf(text, from));
  }
  if (from < text.length) units.push({ from, end: text.length });
  return units;
};
