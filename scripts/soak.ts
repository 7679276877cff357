import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { drawSoak, sentenceOf, tableOf } from './soak/report.ts';
import { runSoak } from './soak/run.ts';
import { judge } from './soak/samples.ts';

const SAMPLE_EVERY_MS = 10_000;
const GENERATIONS = 15;
/** A third needs a few samples for its median to mean something. */
const LEAST_MINUTES = 2;
const MOST_TOLD = 20;

/** A number from `low`; ends the program with a sentence when the argument is none. */
const numberFrom = (name: string, text: string, low: number): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= low) return value;
  console.error(`--${name} is "${text}"; it should be a number from ${low}.`);
  process.exit(1);
};

const soak = defineCommand({
  meta: {
    name: 'soak',
    description:
      'Keep one server under steady mixed work and compare the last third of the time with the first: memory, latencies and files stay flat.',
  },
  args: {
    minutes: { type: 'string', default: '60', description: 'How long.' },
    rate: { type: 'string', default: '10', description: 'How many actions are begun in a second.' },
    seed: { type: 'string', default: '1', description: 'Makes the same choices as another run.' },
    out: { type: 'string', description: 'A folder for soak.svg and soak.md.' },
  },
  run: async ({ args }) => {
    const minutes = numberFrom('minutes', args.minutes, LEAST_MINUTES);
    const perSecond = numberFrom('rate', args.rate, 0.1);
    const seed = numberFrom('seed', args.seed, 0);
    const run = await runSoak({
      durationMs: minutes * 60_000,
      sampleEveryMs: SAMPLE_EVERY_MS,
      perSecond,
      generations: GENERATIONS,
      seed,
      onSample: (sample) => console.log(JSON.stringify(sample)),
    });
    const verdicts = judge(run.samples);
    const title = `${minutes} minutes at ${perSecond} actions a second`;
    const table = `${title}: ${sentenceOf(run)}\n\n${tableOf(verdicts)}`;
    console.log(`\n${table}`);
    if (args.out !== undefined) {
      mkdirSync(args.out, { recursive: true });
      writeFileSync(join(args.out, 'soak.svg'), await drawSoak(run.samples, title));
      writeFileSync(join(args.out, 'soak.md'), `${table}\n`);
    }
    for (const fault of run.faults.slice(0, MOST_TOLD)) console.error(fault);
    if (run.faults.length > 0 || verdicts.some(({ isFlat }) => !isFlat)) process.exitCode = 1;
  },
});

await runCommandLine(soak);
