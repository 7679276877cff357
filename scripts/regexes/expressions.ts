import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';

/** A regular expression of the tree. */
export interface Expression {
  /** As it is written: `/a+/g`; of one that is put together at run time the call that makes it. */
  readonly written: string;
  readonly source: string;
  readonly flags: string;
  /** Where it is first met. */
  readonly file: string;
  /** False when it is put together at run time, so that nothing is known of it. */
  readonly isLiteral: boolean;
}

const ROOT = join(import.meta.dir, '..', '..');
const FOLDERS = ['src', 'adapters', 'scripts'] as const;

/** Acorn reads JavaScript; Bun takes the types away. */
const withoutTypes = new Bun.Transpiler({ loader: 'ts', deadCodeElimination: false, trimUnusedImports: false });

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !(value instanceof RegExp);

/** The expressions of one file, in their order. */
export const expressionsIn = (file: string, typescript: string): Expression[] => {
  const code = withoutTypes.transformSync(typescript, file.endsWith('x') ? 'tsx' : 'ts');
  const found: Expression[] = [];
  const look = (node: unknown): void => {
    if (!isNode(node)) return;
    const regex = node['regex'] as { readonly pattern: string; readonly flags: string } | undefined;
    if (node['type'] === 'Literal' && regex) {
      const { pattern, flags } = regex;
      found.push({ written: `/${pattern}/${flags}`, source: pattern, flags, file, isLiteral: true });
    }
    const isCall = node['type'] === 'NewExpression' || node['type'] === 'CallExpression';
    if (isCall && (node['callee'] as Node)['name'] === 'RegExp') {
      const written = code.slice(node['start'] as number, node['end'] as number);
      found.push({ written, source: '', flags: '', file, isLiteral: false });
    }
    for (const part of Object.values(node)) {
      if (Array.isArray(part)) part.forEach(look);
      else look(part);
    }
  };
  look(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
};

/** Every expression of `src`, `adapters` and `scripts` once, by the file in which it is first met. */
export const expressionsOfTree = (): Expression[] => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  const all = files.sort().flatMap((file) => expressionsIn(file, readFileSync(join(ROOT, file), 'utf8')));
  const byText = new Map<string, Expression>();
  for (const expression of all) if (!byText.has(expression.written)) byText.set(expression.written, expression);
  return [...byText.values()];
};
