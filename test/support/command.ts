import { isAbsolute, join } from 'node:path';

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

/** A command that runs until it is stopped. */
export interface RunningCommand {
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  readonly ended: Promise<CommandEnd>;
}

/** A command of `memfuse`, a script below `scripts`, or any program of TypeScript by its whole path. */
const programOf = (name: string): string[] => {
  if (isAbsolute(name)) return [name];
  return name.endsWith('.ts') ? [join(ROOT, 'scripts', name)] : [CLI, name];
};

/** Starts a command, such as `tail`. Its database goes to `data` in the folder. */
export const startCommand = (
  folder: string,
  name: string,
  args: readonly string[],
  { env = {}, input }: CommandOptions = {},
): RunningCommand => {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const child = Bun.spawn([process.execPath, ...programOf(name), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(own), NO_COLOR: '1', MEMFUSE_DATA_DIR: join(folder, 'data'), ...env },
    stdin: input === undefined ? 'ignore' : new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const printed = { stdout: '', stderr: '' };
  const read = async (name: 'stdout' | 'stderr'): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of child[name]) printed[name] += decoder.decode(chunk, { stream: true });
  };
  const ended = Promise.all([read('stdout'), read('stderr'), child.exited]).then(() => ({
    exitCode: child.exitCode,
    ...printed,
  }));
  return {
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    signal: (signal) => child.kill(signal),
    ended,
  };
};

/** Runs a command of `memfuse`, such as `keys`, or a script, such as `bench/main.ts`, to its end. */
export const runCommand = (
  folder: string,
  name: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandEnd> => startCommand(folder, name, args, options).ended;
