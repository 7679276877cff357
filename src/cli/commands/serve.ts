import { defineCommand } from 'citty';
import { withDetails } from '../details.ts';

/** `memfuse serve`: the server, until a signal ends it. */
export const serve = withDetails(
  defineCommand({
    meta: {
      name: 'serve',
      description: 'Serve, until a signal ends it',
    },
    args: {
      port: { type: 'string', valueHint: 'PORT', description: 'Port to listen on, instead of PORT in the environment' },
      host: {
        type: 'string',
        valueHint: 'ADDRESS',
        description: 'Address to listen on, instead of HOST in the environment',
      },
      data: {
        type: 'string',
        valueHint: 'FOLDER',
        description: 'Folder for the database, instead of MEMFUSE_DATA_DIR',
      },
    },
    run: async ({ args: { port, host, data } }) => {
      // Loaded here: a command that only asks a server must not load one.
      const { serve: start } = await import('../../serve.ts');
      await start({
        ...process.env,
        ...(port !== undefined && { PORT: port }),
        ...(host !== undefined && { HOST: host }),
        ...(data !== undefined && { MEMFUSE_DATA_DIR: data }),
      });
    },
  }),
  { examples: ['memfuse serve', 'memfuse serve --port 9000 --data ./memories'] },
);
