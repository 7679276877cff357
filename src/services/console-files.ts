import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipWithCallback } from 'node:zlib';
import { builtConsole } from './built-console.ts';

const gzip = promisify(gzipWithCallback);

const ROOT = join(import.meta.dir, '..', '..');
const SOURCES = join(ROOT, 'src', 'console');
/** Where `npm pack` leaves the built console; the package has no sources of it. */
const BUILT = join(ROOT, 'dist', 'console');

/** The files of the console, and what each is built from. */
const FILES = { 'console.js': 'main.tsx', 'console.css': 'main.css', 'icon.svg': 'icon.svg' } as const;
type ConsoleFileName = keyof typeof FILES;
export const CONSOLE_FILES = Object.keys(FILES) as ConsoleFileName[];

interface ConsoleFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** Changes when the bytes do. */
  readonly digest: string;
}

const bundled = async (entry: string): Promise<Uint8Array> => {
  const { outputs } = await Bun.build({
    entrypoints: [join(SOURCES, entry)],
    target: 'browser',
    format: 'esm',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [file] = outputs;
  if (!file) throw new Error(`Nothing was built from ${entry}.`);
  return new Uint8Array(await file.arrayBuffer());
};

/** Builds a file of the console from its sources, which need the packages of `devDependencies`. */
export const buildConsoleFile = (name: ConsoleFileName): Promise<Uint8Array> =>
  name.endsWith('.svg') ? readFile(join(SOURCES, FILES[name])) : bundled(FILES[name]);

/**
 * Opens the files of the console. Each is read when it is first asked for: built from the sources in a clone, as `npm pack` built it
 * in the package, or out of the single binary. A failure is not kept, so that the next request tries again.
 */
export const openConsoleFiles = (): ((name: string) => Promise<ConsoleFile | null>) => {
  const kept = new Map<string, Promise<ConsoleFile>>();
  const hasSources = existsSync(SOURCES);
  const load = async (name: ConsoleFileName): Promise<ConsoleFile> => {
    const built = (): Promise<Uint8Array> => readFile(builtConsole?.[name] ?? join(BUILT, name));
    const bytes = new Uint8Array(await (hasSources && !builtConsole ? buildConsoleFile(name) : built()));
    return {
      bytes,
      gzipped: new Uint8Array(await gzip(bytes)),
      digest: new Bun.CryptoHasher('sha256').update(bytes).digest('base64url'),
    };
  };
  return async (name) => {
    if (!Object.hasOwn(FILES, name)) return null;
    const loading = kept.get(name) ?? load(name as ConsoleFileName);
    kept.set(name, loading);
    loading.catch(() => kept.delete(name));
    return loading;
  };
};
