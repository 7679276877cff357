import { defineCommand } from 'citty';
import { withDetails } from '../details.ts';
import { runFromSources } from '../from-sources.ts';
import { inSentences } from '../in-sentences.ts';

const VALUES = ['data', 'json', 'plot'] as const;

/** `memfuse bench`: measures the product against a baseline, where the sources are. */
export const bench = withDetails(
  defineCommand({
    meta: { name: 'bench', description: 'Measure against a baseline in the same run; in a checkout of the sources' },
    args: {
      suite: { type: 'positional', required: false, description: 'What to measure; lists them when left out' },
      quick: { type: 'boolean', default: false, description: 'Fewer and shorter rounds' },
      data: { type: 'string', valueHint: 'FOLDERS', description: 'Folders with data, apart by commas' },
      json: { type: 'string', valueHint: 'FILE', description: 'Also write the results to this file' },
      plot: { type: 'string', valueHint: 'FILE', description: 'Also draw them into this file, as SVG' },
    },
    run: ({ args }) =>
      inSentences(() => {
        const named = VALUES.flatMap((name) => (args[name] ? [`--${name}`, args[name]] : []));
        const given = [...(args.suite ? [args.suite] : []), ...(args.quick ? ['--quick'] : []), ...named];
        return runFromSources({ file: 'scripts/bench/main.ts', args: given });
      }),
  }),
  { examples: ['memfuse bench', 'memfuse bench surfaces --quick'] },
);
