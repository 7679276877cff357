import { fileURLToPath } from 'node:url';
import { testStoreOf } from './test-store.ts';

/** The program, started as `bun run dev` starts it. */
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Printed last, so whoever has read it has read the whole report. */
const LAST_LINE = /^ {2}try it .*\n/m;
/** Variables that would configure the server from outside the test. */
const FOREIGN = /^(MEMFUSE_.*|PORT|HOST|DATABASE_URL|REDIS_URL)$/;

export interface ServerProcessOptions {
  /** Everything the server stores, and where it works: no settings file of the developer's reaches it. */
  readonly folder: string;
  /** Variables beside the port, which is a free one, and the data folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** The `src/main.ts` of another version; this one's when absent. */
  readonly main?: string;
  /** Shell commands that run before it in its own process, such as a limit set on it. */
  readonly prelude?: string;
  /** Kills it, at whatever point it is. */
  readonly abort?: AbortSignal;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of it, what is more than a line for the record: warnings, errors, and what is no line of the log. */
  readonly complaints: string;
}

export interface ServerProcess {
  /** Base address, such as http://127.0.0.1:40123. */
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  readonly pid: number;
  /** What it printed at its start. */
  readonly report: string;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGINT' | 'SIGSTOP' | 'SIGCONT'): void;
  readonly ended: Promise<ProcessEnd>;
  /** Kills it, if it still runs. */
  kill(): Promise<ProcessEnd>;
}

const spawn = ({ folder, env, main = MAIN, prelude, abort }: ServerProcessOptions) => {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const program = [process.execPath, main];
  return Bun.spawn(prelude ? ['sh', '-c', `${prelude}; exec "$@"`, 'sh', ...program] : program, {
    cwd: folder,
    env: { ...Object.fromEntries(own), PORT: '0', MEMFUSE_DATA_DIR: folder, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    ...(abort && { signal: abort, killSignal: 'SIGKILL' }),
  });
};

type Child = ReturnType<typeof spawn>;

/** A line of the log at `info` or below. */
const RECORD = /^\{"level":(?:10|20|30),/;

const complaintsIn = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !RECORD.test(line))
    .join('\n');

const endOf = async (child: Child, stdout: Promise<string>): Promise<ProcessEnd> => {
  const read = new Response(child.stderr).text();
  await child.exited;
  const stderr = await read;
  return {
    exitCode: child.exitCode,
    signal: child.signalCode as string | null,
    stdout: await stdout,
    stderr,
    complaints: complaintsIn(stderr),
  };
};

/** The same, storing where servers with this folder store in this run. */
const storing = async ({ env, ...options }: ServerProcessOptions): Promise<ServerProcessOptions> => ({
  ...options,
  env: { ...(await testStoreOf(options.folder)).env, ...env },
});

/** Runs the program to its end, for starts that are refused. */
export const runServer = async (options: ServerProcessOptions): Promise<ProcessEnd> => {
  const child = spawn(await storing(options));
  return endOf(child, new Response(child.stdout).text());
};

/** Starts the program and resolves when it has printed its report. Fails with what it printed when it ends before that. */
export const startServerProcess = async (options: ServerProcessOptions): Promise<ServerProcess> => {
  const child = spawn(await storing(options));
  let printed = '';
  let report: () => void = () => {};
  const reported = new Promise<void>((resolve) => {
    report = resolve;
  });
  const readAll = async (): Promise<string> => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      printed += decoder.decode(chunk, { stream: true });
      if (LAST_LINE.test(printed)) report();
    }
    return printed;
  };
  const ended = endOf(child, readAll());
  await Promise.race([reported, ended]);
  const address = /^ {2}address +(http:\/\/\S+)/m.exec(printed)?.[1];
  if (!address || child.exitCode !== null) {
    const { exitCode, stderr } = await ended;
    throw new Error(`The server ended with ${exitCode} before it reported its address:\n${printed}${stderr}`);
  }
  const { origin, hostname, port } = new URL(address);
  return {
    origin,
    hostname,
    port: Number(port),
    pid: child.pid,
    report: printed,
    signal: (name) => child.kill(name),
    ended,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
