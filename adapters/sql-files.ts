const HEADING = /^-- name: (\w+)$/m;

/** The statements of a `.sql` file by name: each stands below a line `-- name: <name>`. */
export const parseStatements = (text: string): Map<string, string> => {
  const [preamble, ...parts] = text.split(HEADING);
  if (preamble?.trim()) throw new Error(`SQL before the first "-- name:" line: ${preamble.trim().slice(0, 60)}`);
  const statements = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) {
    const name = parts[i] ?? '';
    if (statements.has(name)) throw new Error(`Two statements are named "${name}".`);
    statements.set(name, (parts[i + 1] ?? '').trim());
  }
  return statements;
};
