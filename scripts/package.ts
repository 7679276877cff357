import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { buildConsoleFile, CONSOLE_FILES } from '../src/services/console-files.ts';

/**
 * What `npm pack` runs: builds the parts of the package that other programs import, as JavaScript with types, and the console; and names Bun
 * among the dependencies, which whoever develops MemFuse has already. `--restore` undoes the latter.
 */

const ROOT = join(import.meta.dir, '..');
const DIST = join(ROOT, 'dist');
const MANIFEST = join(ROOT, 'package.json');
const KEPT = join(ROOT, '.package.json.kept');

/** `src/client/index.ts` for `./dist/client/index.js`. */
const entries = Object.values(packageJson.exports)
  .filter((each) => typeof each !== 'string')
  .map(({ default: built }) => built.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));

const build = async (): Promise<void> => {
  rmSync(DIST, { recursive: true, force: true });
  await Bun.build({
    entrypoints: entries.map((entry) => join(ROOT, entry)),
    root: join(ROOT, 'src'),
    outdir: DIST,
    // Nothing in them is of one runtime.
    target: 'browser',
    format: 'esm',
    packages: 'external',
    splitting: true,
  });
  const types = Bun.spawnSync(['bunx', 'tsc', '-p', 'tsconfig.package.json'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (types.exitCode !== 0) throw new Error('The types of the package could not be made.');
  mkdirSync(join(DIST, 'console'));
  for (const name of CONSOLE_FILES) writeFileSync(join(DIST, 'console', name), await buildConsoleFile(name));
  for (const name of readdirSync(join(DIST, 'types'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(DIST, 'types', name);
    // The compiler leaves the names of sources in types, and who reads them looks for those beside JavaScript.
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
  }
};

const nameBun = (): void => {
  copyFileSync(MANIFEST, KEPT);
  const { devDependencies: _, scripts: __, ...published } = packageJson;
  const bun = packageJson.engines.bun.replace('>=', '');
  const manifest = { ...published, dependencies: { ...published.dependencies, bun } };
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
};

if (process.argv.includes('--restore')) {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
} else {
  await build();
  nameBun();
}
