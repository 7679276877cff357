import { defineCommand } from 'citty';
import { serverArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** How long a server may take to say that it is one. */
const HEALTH_MS = 2_000;
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** Whether a MemFuse server answers there. */
const isServer = async (origin: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${origin}/api/v1/health`, { signal: AbortSignal.timeout(HEALTH_MS) });
    const { data } = (await answer.json()) as { data?: { status?: unknown; version?: unknown } };
    return data?.status === 'ok' && typeof data.version === 'string';
  } catch {
    // Nobody is there, or somebody else.
    return false;
  }
};

/** `memfuse mcp`: the Model Context Protocol on the standard streams, as clients start it. */
export const mcp = withDetails(
  defineCommand({
    meta: {
      name: 'mcp',
      description: 'Speak MCP on the standard streams; starts a server when none runs',
    },
    args: {
      ...serverArguments,
      url: {
        ...serverArguments.url,
        description: 'Address of a server, instead of MEMFUSE_BASE_URL; none is started then',
      },
      user: {
        type: 'string',
        valueHint: 'NAME',
        description: 'Name of the user whose memory it is; user_default when absent',
      },
      agent: {
        type: 'string',
        valueHint: 'NAME',
        description: 'Name of the agent that remembers; agent_default when absent',
      },
      session: {
        type: 'string',
        valueHint: 'NAME',
        description: 'Name of the conversation; one for each day when absent',
      },
    },
    run: async ({ args: { url, key, user, agent, session } }) => {
      // Loaded here: help must be quick.
      const [{ bridgeStdio }, { explain, startServing }, { GlobalConfig }] = await Promise.all([
        import('../../mcp/bridge.ts'),
        import('../../serve.ts'),
        import('../../config/global-config.ts'),
      ]);
      const { env } = process;
      const named = url ?? env['MEMFUSE_BASE_URL'];
      const secret = key ?? env['MEMFUSE_API_KEY'];
      let stop = async (_reason: string): Promise<void> => {};

      const findServer = async (): Promise<string> => {
        if (named) return named.endsWith('/') ? named.slice(0, -1) : named;
        const { host, port } = (await GlobalConfig.initialize({ env, folder: process.cwd() })).current.server;
        const name = EVERY_ADDRESS.has(host) ? '127.0.0.1' : host;
        const origin = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
        if (await isServer(origin)) return origin;
        try {
          // What is printed on the standard output is the protocol's alone.
          const serving = await startServing(env, console.error);
          stop = serving.stop;
          return serving.origin;
        } catch (error) {
          // Somebody else was quicker.
          if (await isServer(origin)) return origin;
          throw error;
        }
      };

      const names = { 'X-Memfuse-User': user, 'X-Memfuse-Agent': agent, 'X-Memfuse-Session': session };
      const headers = Object.entries(names).flatMap(([header, name]) =>
        name === undefined ? [] : [[header, encodeURIComponent(name)] as const],
      );
      try {
        await bridgeStdio({
          findServer,
          headers: { ...Object.fromEntries(headers), ...(secret && { Authorization: `Bearer ${secret}` }) },
        });
      } catch (error) {
        console.error(explain(error) ?? error);
        process.exit(1);
      }
      await stop('the client has closed the stream');
      process.exit(0);
    },
  }),
  { examples: ['memfuse mcp --user alice', 'memfuse mcp --url https://memory.example --user alice'] },
);
