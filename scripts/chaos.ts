import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { runCrashRounds } from '../test/support/crash/rounds.ts';

/** A whole number from `low`; ends the program with a sentence when the argument is none. */
const wholeNumber = (name: string, text: string, low: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low) return value;
  console.error(`--${name} is "${text}"; it should be a whole number from ${low}.`);
  process.exit(1);
};

const chaos = defineCommand({
  meta: {
    name: 'chaos',
    description:
      'Kill the server under load again and again: nothing it acknowledged is lost, and its background does all of it once.',
  },
  args: {
    rounds: { type: 'string', default: '100', description: 'How many kills.' },
    clients: { type: 'string', default: '16', description: 'How many clients at a time.' },
    seed: { type: 'string', description: 'Makes the same choices as another run; a new one when absent.' },
  },
  run: async ({ args }) => {
    const seed = args.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : wholeNumber('seed', args.seed, 0);
    const rounds = wholeNumber('rounds', args.rounds, 1);
    const clients = wholeNumber('clients', args.clients, 1);
    const folder = mkdtempSync(join(tmpdir(), 'memfuse-chaos-'));
    console.log(`seed ${seed}, ${rounds} rounds, ${clients} clients`);
    const { faults, answered, cutOff, retried } = await runCrashRounds({
      folder,
      seed,
      rounds,
      clients,
      onRound: (line) => console.log(line),
    });
    console.log(
      `${rounds} kills: ${answered} requests answered, ${cutOff} cut off, ${retried} sent again with their key`,
    );
    if (faults.length === 0) {
      rmSync(folder, { recursive: true });
      console.log('Nothing lost, doubled, torn or out of order.');
      return;
    }
    for (const fault of faults) console.error(fault);
    console.error(`${faults.length} faults. The data is kept in ${folder}.`);
    process.exitCode = 1;
  },
});

await runCommandLine(chaos);
