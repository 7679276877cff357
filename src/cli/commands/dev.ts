import { defineCommand } from 'citty';
import { withDetails } from '../details.ts';
import { runFromSources } from '../from-sources.ts';
import { inSentences } from '../in-sentences.ts';

/** `memfuse dev`: the server from its sources, started again when one of them changes. */
export const dev = withDetails(
  defineCommand({
    meta: { name: 'dev', description: 'Serve from the sources, and start again when one of them changes' },
    run: () => inSentences(() => runFromSources({ file: 'src/main.ts', bun: ['--watch', '--no-clear-screen'] })),
  }),
  { examples: ['memfuse dev', 'PORT=9000 memfuse dev'] },
);
