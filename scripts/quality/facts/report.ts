import { writeFileSync } from 'node:fs';
import type { Conversation } from '../conversation.ts';
import { type FactFold, factFolds } from './folds.ts';
import { type FactFigures, factsWith, figuresOfFacts, firstPersonStatements, together } from './judge.ts';

const share = (part: number, whole: number): string =>
  whole === 0 ? '  - ' : (part / whole).toFixed(3).replace(/^0/, '');

/** Covered, facts a turn, junk and strict junk, on a line. */
export const factLine = ({ noted, covered, turns, made, junk, strictJunk }: FactFigures): string =>
  `covered ${share(covered, noted)}  a turn ${share(made, turns)}  junk ${share(junk, made)}  strict junk ${share(strictJunk, made)}`;

/** The figures of folds by kind, each by weights that have not seen the conversation, or its kind. */
export const figuresByKind = (
  folds: readonly FactFold[],
): Map<
  string,
  { readonly withoutIt: FactFigures; readonly withoutKind: FactFigures | null; readonly baseline: FactFigures }
> =>
  new Map(
    [...Map.groupBy(folds, ({ conversation }) => conversation.kind)].map(([kind, some]) => {
      const figures = (weightsOf: (fold: FactFold) => FactFold['withoutKind']): FactFigures | null => {
        const judged = some.map((fold) => {
          const weights = weightsOf(fold);
          return weights && figuresOfFacts(fold.conversation, factsWith(fold.turns, weights));
        });
        return judged.includes(null) ? null : together(judged as FactFigures[]);
      };
      return [
        kind,
        {
          withoutIt: figures(({ withoutIt }) => withoutIt) as FactFigures,
          withoutKind: figures(({ withoutKind }) => withoutKind),
          baseline: together(
            some.map(({ conversation }) => figuresOfFacts(conversation, firstPersonStatements(conversation))),
          ),
        },
      ];
    }),
  );

/** Fits the weights that facts are read by, says how well they do on what they have not seen, and writes them to a file. */
export const reportFacts = async (conversations: readonly Conversation[], out: string | undefined): Promise<void> => {
  const { folds, all } = await factFolds(conversations);
  if (folds.length === 0) {
    console.error('There is no conversation of which facts were noted. Name folders of such by --data.');
    process.exit(1);
  }
  for (const [kind, { withoutIt, withoutKind, baseline }] of figuresByKind(folds)) {
    console.log(`${kind.padEnd(14)} ${'its conversation left out'.padEnd(26)} ${factLine(withoutIt)}`);
    if (withoutKind) console.log(`${kind.padEnd(14)} ${'its kind left out'.padEnd(26)} ${factLine(withoutKind)}`);
    console.log(`${kind.padEnd(14)} ${'first-person statements'.padEnd(26)} ${factLine(baseline)}`);
  }
  const text = `${JSON.stringify(all, null, 2)}\n`;
  if (out) writeFileSync(out, text);
  else console.log(`${text.length} characters of weights; --out names the file for them.`);
};
