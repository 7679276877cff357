import { inFolders } from '../seed/folders.ts';
import { interleave, quantile, type Result, result } from '../suite.ts';
import { copyStore, openStoreIn, type Rememberer } from './memories.ts';
import { keepOutlines, openProduct } from './product.ts';
import type { ServedPlan } from './served.ts';
import type { Speech } from './speech.ts';
import { timeEach } from './timing.ts';

const MIB = 1_048_576;

/**
 * A memory whose segments are kept, searched by its outline: as it is while its index is loaded, and for good when that is
 * too large. The baseline is the whole index.
 */
export const measureOutline = (
  folder: string,
  who: Rememberer,
  size: number,
  speech: Speech,
  { rounds, questions, random }: ServedPlan,
): Promise<Result[]> =>
  inFolders(1, async ([copy]) => {
    copyStore(folder, copy);
    const store = await openStoreIn(copy);
    const product = await openProduct(copy);
    const outlinedMs = await timeEach([0], () => keepOutlines(product, store, who));
    const forget = (): void => {
      product.indexes.forget(who.userKey);
      product.outlines.forget(who.userKey);
    };
    const first = (ask: typeof product.ask) => async (): Promise<number> => {
      const [ms = Number.NaN] = await timeEach([speech.question(random)], (question) => ask(who, question));
      forget();
      return ms;
    };
    const sides = { outline: first(product.askOutlined), whole: first(product.ask) };
    await interleave(1, sides);
    const firsts = await interleave(rounds, sides);

    const asked = Array.from({ length: questions }, () => speech.question(random));
    const keysOf = async (ask: typeof product.ask, times: number[]): Promise<string[]> => {
      const found: string[] = [];
      times.push(
        ...(await timeEach(asked, async (question) => {
          const answer = await ask(who, question);
          found.push(answer.found.map(({ key }) => key).join());
        })),
      );
      return found;
    };
    const [byOutline, byWhole]: [number[], number[]] = [[], []];
    const outlined = await keysOf(product.askOutlined, byOutline);
    const outlineBytes = (await product.outlines.open(who, []))?.bytes ?? Number.NaN;
    const whole = await keysOf(product.ask, byWhole);
    const wholeBytes = product.indexes.bytesOf(who);
    forget();
    await store.close();
    const same = outlined.filter((keys, i) => keys === whole[i]).length / asked.length;
    const name = `${size.toLocaleString('en')} messages: first query by the outline, nothing in memory (whole index)`;
    return [
      result(name, 'ms', firsts.outline, { baseline: firsts.whole }),
      result('  a new question by the outline, p50', 'ms', [quantile(byOutline, 0.5)], {
        baseline: [quantile(byWhole, 0.5)],
      }),
      result('  of which the first ten are those of the whole index', 'share', [same], {
        target: { of: 'value', atLeast: 0.95 },
      }),
      result('  memory held', 'MiB', [outlineBytes / MIB], { baseline: [wholeBytes / MIB] }),
      result('  to outline a thousand messages', 'ms', [(1_000 * (outlinedMs[0] ?? Number.NaN)) / size]),
    ];
  });
