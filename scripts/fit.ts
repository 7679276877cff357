/** `bun run fit`: fits the weights of the ranking on conversations with questions, and says what each step is worth. */
import { defineCommand, runMain } from 'citty';
import { STEPS, type Weights } from '../src/retrieval/ranking.ts';
import { OWN_CONVERSATIONS, readConversations } from './quality/conversations.ts';
import { type Figures, figuresOf, type Outcome } from './quality/figures.ts';
import { type Example, examplesOf, type FitOptions, fitWeights, openMeaning, rankExample } from './quality/fit.ts';

const LONGEST_LIST = 20;

const outcomeOf = (example: Example, weights: Weights): Outcome => {
  const ranked = rankExample(example, weights, LONGEST_LIST);
  const places = example.evidence.map((turn) => ranked.indexOf(turn)).filter((place) => place >= 0);
  const { question, conversation, evidence } = example;
  return { category: question.category, group: conversation.kind, evidence: evidence.length, places };
};

/** Each conversation ranked by weights that were fitted on all others. */
const leaveOneOut = (all: readonly (readonly Example[])[], options: FitOptions): Outcome[][] =>
  all.map((held) => {
    const weights = fitWeights(all.filter((examples) => examples !== held).flat(), options);
    return held.map((example) => outcomeOf(example, weights));
  });

const line = ({ recallAt5, recallAt10, anyAt5, anyAt10, questions }: Figures): string =>
  `${[recallAt5, recallAt10, anyAt5, anyAt10].map((figure) => figure.toFixed(3).slice(1)).join('  ')}  (${questions})`;

const command = defineCommand({
  meta: { name: 'fit', description: 'Fit the weights of the ranking on conversations with questions.' },
  args: {
    data: { type: 'string', description: "Folders of conversations, apart by commas, beside the project's own." },
    out: { type: 'string', description: 'File for the weights, which retrieval.weights_file can name.' },
    ablate: { type: 'boolean', description: 'Also leave each step out in turn, to see what it is worth.' },
    rounds: { type: 'string', default: '120', description: 'Steps of the fitting.' },
  },
  run: async ({ args }) => {
    const folders = [OWN_CONVERSATIONS, ...(args.data?.split(',') ?? [])];
    const meaning = await openMeaning();
    const groups = readConversations(...folders).map((folder) => folder.map((one) => examplesOf(one, meaning)));
    const all = groups.flat();
    const options = { rounds: Number(args.rounds) };
    const report = (label: string, without: readonly string[]): void => {
      const outcomes = leaveOneOut(all, { ...options, without });
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
    report('all steps', []);
    if (args.ablate) for (const { name } of STEPS) report(`without ${name}`, [name]);
    const weights = fitWeights(all.flat(), options);
    const rounded = Object.fromEntries(Object.entries(weights).map(([name, x]) => [name, Number(x.toFixed(2))]));
    console.log(JSON.stringify(rounded, null, 2));
    if (args.out) await Bun.write(args.out, JSON.stringify(rounded, null, 2));
  },
});

await runMain(command);
