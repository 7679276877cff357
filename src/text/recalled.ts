/**
 * What this server hands out as memory for a prompt stands between these two, so that it is known when it comes back: in what
 * a model repeats, or a client sends again. It is never learned a second time.
 */
const OPENING = '<memfuse-context>';
const CLOSING = '</memfuse-context>';

/** A block as memory that was recalled. What stands in it can neither open such a block nor close it. */
export const asRecalled = (block: string): string => {
  const inner = block.replaceAll(OPENING, '(memfuse-context)').replaceAll(CLOSING, '(/memfuse-context)');
  return `${OPENING}\n${inner}\n${CLOSING}`;
};

/** A text without the blocks of recalled memory in it; one that is not closed goes on to the end. */
export const withoutRecalled = (text: string): string => {
  if (!text.includes(OPENING)) return text;
  const kept: string[] = [];
  let at = 0;
  while (at < text.length) {
    const from = text.indexOf(OPENING, at);
    kept.push(text.slice(at, from < 0 ? text.length : from).trim());
    if (from < 0) break;
    const end = text.indexOf(CLOSING, from);
    at = end < 0 ? text.length : end + CLOSING.length;
  }
  return kept.filter((part) => part !== '').join('\n\n');
};
