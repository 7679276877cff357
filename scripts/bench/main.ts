import { writeFileSync } from 'node:fs';
import { defineCommand } from 'citty';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { ConversationsError } from '../quality/conversations.ts';
import { measureAll } from './all.ts';
import { currentSuite } from './current.ts';
import { deriveSuite } from './derive.ts';
import { embedSuite } from './embed.ts';
import { episodesSuite } from './episodes.ts';
import { factsSuite } from './facts.ts';
import { httpSuite } from './http.ts';
import { loadSuite } from './load.ts';
import { type Panel, plotSvg } from './plot.ts';
import { postgresSuite } from './postgres.ts';
import { querySuite } from './query.ts';
import { retrievalSuite } from './retrieval.ts';
import { seedSuite } from './seed.ts';
import { type Result, type Suite, type SuiteOptions, table } from './suite.ts';
import { surfacesSuite } from './surfaces.ts';
import { writerSuite } from './writer.ts';

const SUITES: Record<string, Suite> = {
  http: httpSuite,
  writer: writerSuite,
  embed: embedSuite,
  seed: seedSuite,
  load: loadSuite,
  retrieval: retrievalSuite,
  query: querySuite,
  current: currentSuite,
  facts: factsSuite,
  episodes: episodesSuite,
  derive: deriveSuite,
  surfaces: surfacesSuite,
  postgres: postgresSuite,
};

const ALL = 'all';
const listing = [
  ...Object.entries(SUITES).map(([name, { description }]) => [name, description] as const),
  [ALL, 'Each of these in turn; ends with 1 when one of them breaks, not when it misses a target'] as const,
]
  .map(([name, description]) => `  ${name.padEnd(10)}${description}`)
  .join('\n');

const draw = async (file: string, suite: string, panels: readonly Panel[]): Promise<void> => {
  if (panels.length === 0) console.error(`The suite ${suite} has no picture; ${file} is not written.`);
  else writeFileSync(file, await plotSvg({ title: `bun run bench ${suite}`, panels }));
};

/** Runs a suite; ends the program with a sentence when the data that it was given cannot be read. */
const measure = async (suite: Suite, options: SuiteOptions): Promise<Result[]> => {
  try {
    return await suite.run(options);
  } catch (error) {
    if (!(error instanceof ConversationsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
};

interface AllArgs {
  readonly quick?: boolean | undefined;
  readonly data?: string | undefined;
  readonly json?: string | undefined;
  readonly plot?: string | undefined;
}

const runAll = async (args: AllArgs): Promise<never> => {
  if (args.plot) {
    console.error(`There is no picture of ${ALL}: name the suite that --plot is for.`);
    process.exit(1);
  }
  const options = [...(args.quick ? ['--quick'] : []), ...(args.data ? ['--data', args.data] : [])];
  const { measured, broken } = await measureAll(Object.keys(SUITES), options, args.quick === true);
  const missed = measured.flatMap(({ suite, results }) =>
    results.filter(({ ok }) => !ok).map(({ name, target }) => `  ${suite}: ${name.trim()} (${target})`),
  );
  console.log(`\n== ${ALL}`);
  if (missed.length > 0) console.log(`Missed targets:\n${missed.join('\n')}`);
  console.log(broken.length > 0 ? `Broken: ${broken.join(', ')}` : 'Every suite ran to its end.');
  if (args.json) writeFileSync(args.json, `${JSON.stringify(measured, null, 2)}\n`);
  process.exit(broken.length > 0 ? 1 : 0);
};

await runCommandLine(
  defineCommand({
    meta: {
      name: 'bun run bench',
      description: `Measures the product against a baseline in the same run.\n\n${listing}`,
    },
    args: {
      suite: { type: 'positional', description: [...Object.keys(SUITES), ALL].join(', '), required: false },
      quick: { type: 'boolean', description: 'Fewer and shorter rounds, within a minute' },
      data: { type: 'string', description: 'Folders with data to measure on, apart by commas (retrieval, facts)' },
      json: { type: 'string', description: 'Also write the results to this file' },
      plot: { type: 'string', description: 'Also draw them into this file, as SVG, where the suite has a picture' },
    },
    run: async ({ args }) => {
      if (args.suite === undefined) {
        console.log(`Name a suite, as in "bun run bench http --quick". There are:\n${listing}`);
        return;
      }
      if (args.suite === ALL) return runAll(args);
      const suite = Object.hasOwn(SUITES, args.suite) ? SUITES[args.suite] : undefined;
      if (!suite) {
        console.error(`There is no suite "${args.suite}". There are:\n${listing}`);
        process.exit(1);
      }
      const panels: Panel[] = [];
      const notes: string[] = [];
      const details: Record<string, unknown> = {};
      const results = await measure(suite, {
        quick: args.quick === true,
        data: args.data?.split(',') ?? [],
        say: (line) => {
          notes.push(line);
          console.log(line);
        },
        draw: (panel) => panels.push(panel),
        keep: (name, figures) => {
          details[name] = figures;
        },
      });
      console.log(table(results));
      if (args.plot) await draw(args.plot, args.suite, panels);
      const written = { suite: args.suite, notes, results, ...details };
      if (args.json) writeFileSync(args.json, `${JSON.stringify(written, null, 2)}\n`);
      process.exit(results.every(({ ok }) => ok) ? 0 : 1);
    },
  }),
);
