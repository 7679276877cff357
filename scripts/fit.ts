/** `bun run fit`: fits the weights of the ranking on conversations with questions, or those that facts are read by. */
import { defineCommand } from 'citty';
import { runCommandLine } from '../src/cli/command-line.ts';
import { ALL_STEPS, STEPS } from '../src/retrieval/ranking/ranking.ts';
import { SET_WEIGHTS } from '../src/retrieval/ranking/weights.ts';
import { coveredOf, fitCertainty, withOthers } from './quality/certainty.ts';
import type { Conversation } from './quality/conversation.ts';
import { embedConversation } from './quality/conversation-vectors.ts';
import { ConversationsError, OWN_CONVERSATIONS, readConversations } from './quality/conversations.ts';
import { type Example, examplesOf, openMeaning } from './quality/examples.ts';
import { reportFacts } from './quality/facts/report.ts';
import { type Figures, figuresOf } from './quality/figures.ts';
import { fitWeights } from './quality/fit.ts';
import { crossValidate, foldsByKind, weightsOfFolds } from './quality/folds.ts';
import { openMiniLM } from './quality/mini-lm.ts';

const line = ({ recallAt5, recallAt10, anyAt5, anyAt10, questions }: Figures): string =>
  `${[recallAt5, recallAt10, anyAt5, anyAt10].map((figure) => figure.toFixed(3).replace(/^0/, '')).join('  ')}  (${questions})`;

/** The project's own and those of folders; ends the program with a sentence when they cannot be read. */
const conversationsOf = (folders: readonly string[]): Conversation[][] => {
  try {
    return readConversations(OWN_CONVERSATIONS, ...folders);
  } catch (error) {
    if (!(error instanceof ConversationsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
};

const command = defineCommand({
  meta: { name: 'fit', description: 'Fit the weights of the ranking on conversations with questions.' },
  args: {
    data: { type: 'string', description: "Folders of conversations, apart by commas, beside the project's own." },
    out: { type: 'string', description: 'File for the weights, which retrieval.weights_file can name.' },
    model: {
      type: 'boolean',
      description: 'Fit what counts when an embedding model is configured, by the vectors of all-MiniLM-L6-v2.',
    },
    certainty: {
      type: 'boolean',
      description: 'Also fit what scores are made of, on the questions of each conversation and on those of others.',
    },
    facts: {
      type: 'boolean',
      description: 'Fit the models that read facts out of turns instead, on conversations of which facts were noted.',
    },
    ablate: { type: 'boolean', description: 'Also leave each step out in turn, to see what it is worth.' },
  },
  run: async ({ args }) => {
    const folders = conversationsOf(args.data?.split(',') ?? []);
    if (args.facts) {
      await reportFacts(folders.flat(), args.out);
      return;
    }
    const meaning = await openMeaning();
    const steps = args.model ? ALL_STEPS : STEPS;
    const names = steps.map(({ name }) => name).filter((name) => !(name in SET_WEIGHTS));
    const embedder = args.model ? await openMiniLM() : null;
    if (typeof embedder === 'string') {
      console.error(embedder);
      process.exit(1);
    }
    const groups: Example[][][] = [];
    for (const folder of folders) {
      const group: Example[][] = [];
      for (const one of folder) {
        group.push(examplesOf(one, meaning, steps, embedder && (await embedConversation(one, embedder))));
      }
      groups.push(group);
    }
    await embedder?.close();
    const all = groups.flat();
    const weights = fitWeights(all.flat(), names);
    const folds = foldsByKind(all.flat());
    const near = weightsOfFolds(folds, names);
    const report = (label: string, kept: readonly string[]): void => {
      const outcomes = crossValidate(folds, kept, near).flat();
      for (const [kind, some] of Map.groupBy(outcomes, (outcome) => outcome.group)) {
        console.log(`${label.padEnd(26)} ${kind.padEnd(14)} ${line(figuresOf(some))}`);
      }
    };
    console.log(`${'left one kind out'.padEnd(26)} ${''.padEnd(14)} R@5   R@10  any@5 any@10`);
    report('all steps', names);
    if (args.ablate) {
      for (const name of names)
        report(
          `without ${name}`,
          names.filter((other) => other !== name),
        );
    }
    if (args.certainty) {
      const covered = withOthers(folders.flat()).flatMap((one) => coveredOf(one, meaning, weights));
      const [base, topic, unsaid] = fitCertainty(covered);
      console.log(`certainty: ${JSON.stringify({ base, topic, unsaid })}`);
    }
    const rounded = Object.fromEntries(Object.entries(weights).map(([name, x]) => [name, Number(x.toFixed(2))]));
    console.log(JSON.stringify(rounded, null, 2));
    if (args.out) await Bun.write(args.out, JSON.stringify(rounded, null, 2));
  },
});

await runCommandLine(command);
