/** A line of a transcript: who, and what was said. */
const LINE = /^\s*(user|assistant|system|human|ai|bot|agent|tool)\s*:\s*(.*)$/is;

/**
 * The turns of a text that is a transcript of at least two, without their labels: `Role: text` lines, joined by line ends
 * or by a backslash and an n, as the SDK sends them. Lines without a label go on with the turn before. Null for any
 * other text.
 */
export const transcriptTurns = (text: string): string[] | null => {
  const lines = text.split(/\r?\n|\\n/);
  if (lines.length < 2 || !LINE.test(lines[0] as string)) return null;
  const turns: string[] = [];
  for (const line of lines) {
    const [, label, said] = LINE.exec(line) ?? [];
    if (label !== undefined) turns.push(said ?? '');
    else turns[turns.length - 1] = `${turns.at(-1)}\n${line}`;
  }
  const said = turns.map((turn) => turn.trim()).filter((turn) => turn !== '');
  return said.length >= 2 ? said : null;
};
