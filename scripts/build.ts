import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BunPlugin } from 'bun';
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { buildConsoleFile, CONSOLE_FILES } from '../src/services/console-files.ts';

/** `bun run build`: the command line with everything that it needs in one file: server, Workers, models, migrations, native parts. */

const ROOT = join(import.meta.dir, '..');
const WORKERS = [
  'src/workers/background.ts',
  'src/workers/embed.ts',
  'src/workers/search.ts',
  'src/workers/tokens.ts',
  'adapters/sqlite/compact-worker.ts',
  'adapters/sqlite/writing/worker.ts',
];

/** Where a build runs, and what its native parts are called. */
const TARGETS = {
  'linux-x64': { addon: 'linux-x64', vec: 'sqlite-vec-linux-x64/vec0.so' },
  'linux-arm64': { addon: 'linux-arm64', vec: 'sqlite-vec-linux-arm64/vec0.so' },
  'darwin-x64': { addon: 'darwin-x64', vec: 'sqlite-vec-darwin-x64/vec0.dylib' },
  'darwin-arm64': { addon: 'darwin-arm64', vec: 'sqlite-vec-darwin-arm64/vec0.dylib' },
  'windows-x64': { addon: 'win32-x64', vec: 'sqlite-vec-windows-x64/vec0.dll' },
} as const;
type Target = keyof typeof TARGETS;

const own = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * The packages with native parts, by the parts of one system alone. sqlite-vec, which only brings files of early versions up to
 * date, is there where its package for that system is installed.
 */
const nativeParts = (target: Target): BunPlugin => ({
  name: 'native parts',
  setup: (build) => {
    const { addon, vec } = TARGETS[target];
    build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
      path: join(ROOT, 'node_modules', 'better-sqlite3', 'lib', `${addon}.js`),
    }));
    build.onLoad({ filter: /built-console\.ts$/ }, () => ({ contents: consoleIn(consoleFolder), loader: 'ts' }));
    build.onResolve({ filter: /^sqlite-vec$/ }, () => ({ path: 'sqlite-vec', namespace: 'native' }));
    build.onLoad({ filter: /.*/, namespace: 'native' }, () => ({ contents: loaderOf(vec), loader: 'ts' }));
  },
});

/** A module with the paths of the built files of the console. */
const consoleIn = (folder: string): string => {
  const imports = CONSOLE_FILES.map((name, i) => {
    return `import file${i} from ${JSON.stringify(join(folder, name))} with { type: 'file' };`;
  });
  const paths = CONSOLE_FILES.map((name, i) => `${JSON.stringify(name)}: file${i}`);
  return `${imports.join('\n')}\nexport const builtConsole = { ${paths.join(', ')} };`;
};

/** SQLite opens an extension by its path, so it is written out before. */
const loaderOf = (vec: string): string => {
  const isThere = target === own;
  if (!isThere) return `export const load = () => { throw new Error('sqlite-vec is not within this binary'); };`;
  return `import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join, resolve } from 'node:path';
    import file from ${JSON.stringify(join(ROOT, 'node_modules', vec))} with { type: 'file' };
    export const load = (db) => {
      const folder = mkdtempSync(join(tmpdir(), 'memfuse-'));
      try {
        const path = join(folder, ${JSON.stringify(vec.split('/').at(-1))});
        writeFileSync(path, readFileSync(file), { mode: 0o700 });
        db.loadExtension(path);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    };`;
};

let target: Target = own as Target;
/** Where the console lies while the file is built. */
let consoleFolder = '';

await runCommandLine(
  defineCommand({
    meta: { name: 'bun run build', description: 'Build one file that serves without anything else: dist/memfuse' },
    args: {
      target: { type: 'enum', options: Object.keys(TARGETS), default: own, description: 'The system that it is for' },
      out: { type: 'string', default: 'dist/memfuse', valueHint: 'FILE', description: 'Where it goes' },
    },
    run: async ({ args }) => {
      target = args.target as Target;
      const outfile = resolve(args.out);
      mkdirSync(join(outfile, '..'), { recursive: true });
      consoleFolder = mkdtempSync(join(tmpdir(), 'memfuse-console-'));
      for (const name of CONSOLE_FILES) writeFileSync(join(consoleFolder, name), await buildConsoleFile(name));
      const built = await Bun.build({
        entrypoints: [join(ROOT, 'src/cli/main.ts'), ...WORKERS.map((file) => join(ROOT, file))],
        // Workers are found by their names (platform/worker-channel.ts).
        naming: '[name].[ext]',
        target: 'bun',
        minify: { syntax: true, whitespace: true },
        plugins: [nativeParts(target)],
        compile: { outfile, target: `bun-${target}` as never },
      });
      rmSync(consoleFolder, { recursive: true });
      if (!built.success) throw new AggregateError(built.logs, 'The build failed.');
      const { size } = statSync(target.startsWith('windows') ? `${outfile}.exe` : outfile);
      console.log(`${args.out}: ${(size / 1_000_000).toFixed(0)} MB, for ${target}`);
    },
  }),
);
