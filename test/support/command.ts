import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');
const CLI = join(ROOT, 'src', 'cli', 'main.ts');
/** Variables that would configure the command from outside the test. */
const FOREIGN = /^(MEMFUSE_.*|PORT|HOST|DATABASE_URL|REDIS_URL)$/;

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  readonly input?: string;
}

/**
 * Runs a command of `memfuse`, such as `keys`, or a script, such as `bench/main.ts`, to its end. Its database goes to `data`
 * in the folder.
 */
export const runCommand = async (
  folder: string,
  name: string,
  args: readonly string[],
  { env = {}, input }: CommandOptions = {},
): Promise<CommandEnd> => {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const program = name.endsWith('.ts') ? [join(ROOT, 'scripts', name)] : [CLI, name];
  const child = Bun.spawn([process.execPath, ...program, ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(own), NO_COLOR: '1', MEMFUSE_DATA_DIR: join(folder, 'data'), ...env },
    stdin: input === undefined ? 'ignore' : new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { exitCode: child.exitCode, stdout, stderr };
};
