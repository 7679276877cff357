/** Longest list in a header; servers in between refuse some kilobytes of them. */
const MAX_LENGTH = 2_048;

const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/g;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Texts as the value of a header: quoted, with commas between, each a JSON string in printable ASCII, so that nothing that
 * a client sent can end the header. Empty for none. What is over the length is left out, and said in numbers.
 */
export const headerList = (texts: readonly string[]): string => {
  const items: string[] = [];
  let length = 0;
  for (const [i, text] of texts.entries()) {
    const item = JSON.stringify(text).replaceAll(NOT_PRINTABLE_ASCII, escaped);
    length += item.length + 2;
    if (length > MAX_LENGTH) return [...items, `"and ${texts.length - i} more"`].join(', ');
    items.push(item);
  }
  return items.join(', ');
};
