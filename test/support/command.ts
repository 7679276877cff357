import { join } from 'node:path';

const SCRIPTS = join(import.meta.dir, '..', '..', 'scripts');
/** Variables that would configure the command from outside the test. */
const FOREIGN = /^(MEMFUSE_.*|PORT|HOST|DATABASE_URL|REDIS_URL)$/;

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the terminal, such as `keys.ts`, to its end. Its database goes to `data` in the folder. */
export const runCommand = async (folder: string, script: string, args: readonly string[]): Promise<CommandEnd> => {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const child = Bun.spawn([process.execPath, join(SCRIPTS, script), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(own), NO_COLOR: '1', MEMFUSE_DATA_DIR: join(folder, 'data') },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  return { exitCode: child.exitCode, stdout, stderr };
};
