/** A child process that is spoken to in lines: what it prints, one line after the other. */
export interface LineProcess {
  /** The next line it prints. A child that ends before it prints one fails the wait. */
  next(): Promise<string>;
  send(line: string): void;
  /** Closes its input and waits for its end. */
  end(): Promise<number>;
  kill(): Promise<number>;
}

/** Starts a command with its input and output in lines; its errors go where the test's go. */
export const startLineProcess = (command: readonly string[]): LineProcess => {
  const child = Bun.spawn([...command], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
  const lines = (async function* () {
    let rest = '';
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  })();
  return {
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command.at(-1)} ended with ${await child.exited} and without another line.`);
      return value;
    },
    send: (line) => {
      child.stdin.write(`${line}\n`);
      child.stdin.flush();
    },
    end: async () => {
      await child.stdin.end();
      return child.exited;
    },
    kill: () => {
      child.kill('SIGKILL');
      return child.exited;
    },
  };
};
