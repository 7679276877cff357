import { MemFuse, MemFuseError } from '../client/index.ts';

/** The exit code of a command that could not do all that it was asked to. */
export const EXIT = { failed: 1 } as const;

const DEFAULT_URL = 'http://127.0.0.1:8000';

/** The arguments of every command that asks a server. */
export const serverArguments = {
  url: {
    type: 'string',
    valueHint: 'URL',
    description: `Address of the server, instead of MEMFUSE_BASE_URL; ${DEFAULT_URL} without both`,
  },
  key: {
    type: 'string',
    valueHint: 'KEY',
    description: 'API key, instead of MEMFUSE_API_KEY: a key that is typed here stays in the history of the shell',
  },
} as const;

/** The arguments of every command that is about a user. */
export const userArguments = {
  ...serverArguments,
  user: { type: 'string', required: true, valueHint: 'NAME', description: 'Name of the user whose memory it is' },
} as const;

interface Server {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

/** Runs with a client of the server that is named, or says in a sentence what went wrong, and ends the process. */
export const askServer = async ({ url, key }: Server, ask: (client: MemFuse) => Promise<void>): Promise<void> => {
  const apiKey = key ?? process.env['MEMFUSE_API_KEY'];
  try {
    await ask(
      new MemFuse({ baseUrl: url ?? process.env['MEMFUSE_BASE_URL'] ?? DEFAULT_URL, ...(apiKey && { apiKey }) }),
    );
  } catch (error) {
    const isExpected = error instanceof MemFuseError || error instanceof TypeError;
    console.error(isExpected ? error.message : error);
    process.exit(EXIT.failed);
  }
};
