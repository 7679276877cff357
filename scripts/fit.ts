/** `bun run fit`: fits the weights of the ranking on conversations with questions, and says what each step is worth. */
import { defineCommand, runMain } from 'citty';
import { STEPS } from '../src/retrieval/ranking.ts';
import { SET_WEIGHTS } from '../src/retrieval/weights.ts';
import { OWN_CONVERSATIONS, readConversations } from './quality/conversations.ts';
import { examplesOf, openMeaning } from './quality/examples.ts';
import { type Figures, figuresOf } from './quality/figures.ts';
import { fitWeights } from './quality/fit.ts';
import { crossValidate, weightsOfFolds } from './quality/folds.ts';

const NAMES = STEPS.map(({ name }) => name).filter((name) => !(name in SET_WEIGHTS));

const line = ({ recallAt5, recallAt10, anyAt5, anyAt10, questions }: Figures): string =>
  `${[recallAt5, recallAt10, anyAt5, anyAt10].map((figure) => figure.toFixed(3).slice(1)).join('  ')}  (${questions})`;

const command = defineCommand({
  meta: { name: 'fit', description: 'Fit the weights of the ranking on conversations with questions.' },
  args: {
    data: { type: 'string', description: "Folders of conversations, apart by commas, beside the project's own." },
    out: { type: 'string', description: 'File for the weights, which retrieval.weights_file can name.' },
    ablate: { type: 'boolean', description: 'Also leave each step out in turn, to see what it is worth.' },
  },
  run: async ({ args }) => {
    const folders = [OWN_CONVERSATIONS, ...(args.data?.split(',') ?? [])];
    const meaning = await openMeaning();
    const groups = readConversations(...folders).map((folder) => folder.map((one) => examplesOf(one, meaning)));
    const all = groups.flat();
    const weights = fitWeights(all.flat(), NAMES);
    const near = weightsOfFolds(all, NAMES);
    const report = (label: string, names: readonly string[]): void => {
      const outcomes = crossValidate(all, names, near);
      let from = 0;
      for (const group of groups) {
        const own = outcomes.slice(from, from + group.length).flat();
        from += group.length;
        for (const kind of ['friends', 'assistant']) {
          const some = own.filter((outcome) => outcome.group === kind);
          if (some.length > 0) console.log(`${label.padEnd(26)} ${kind.padEnd(10)} ${line(figuresOf(some))}`);
        }
      }
    };
    console.log(`${'left one conversation out'.padEnd(26)} ${''.padEnd(10)} R@5   R@10  any@5 any@10`);
    report('all steps', NAMES);
    if (args.ablate) {
      for (const name of NAMES)
        report(
          `without ${name}`,
          NAMES.filter((other) => other !== name),
        );
    }
    const rounded = Object.fromEntries(Object.entries(weights).map(([name, x]) => [name, Number(x.toFixed(2))]));
    console.log(JSON.stringify(rounded, null, 2));
    if (args.out) await Bun.write(args.out, JSON.stringify(rounded, null, 2));
  },
});

await runMain(command);
