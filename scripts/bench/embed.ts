import { quantise, quantiseQuestion } from '../../src/embedding/quantised.ts';
import { openStaticModel, type StaticModel } from '../../src/embedding/static-model.ts';
import { norm } from '../../src/embedding/unit.ts';
import { openMiniLM } from '../quality/mini-lm.ts';
import { interleave, quantile, result, type Suite } from './suite.ts';
import { turns } from './workload.ts';

/** Turns a second. */
const rate = async (count: number, work: () => unknown): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return (count / (performance.now() - startedMs)) * 1_000;
};

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += (a[k] as number) * (b[k] as number);
  return sum;
};

/** How far stored vectors, a byte a component, put cosines from those of the sums they were made of. */
const roundingErrors = (model: StaticModel, texts: readonly string[]): { turns: number[]; windows: number[] } => {
  const sums = texts.map((text) => model.sumOfText(text));
  const stored = sums.map((sum) => {
    const components = new Int8Array(model.dimensions);
    const scale = quantise(sum, components);
    return Float32Array.from(components, (x) => x * scale);
  });
  const windowsOf = (vectors: readonly Float32Array[]) =>
    vectors
      .slice(1, -1)
      .map((vector, i) => vector.map((x, k) => x + (vectors[i]?.[k] ?? 0) + (vectors[i + 2]?.[k] ?? 0)));
  const errors = (exact: readonly Float32Array[], rounded: readonly Float32Array[]): number[] =>
    sums.slice(0, 100).flatMap((question) => {
      const { components, scale } = quantiseQuestion(question);
      const length = norm(question);
      return exact.map((vector, i) => {
        const other = rounded[i] as Float32Array;
        const told = (dot(components, other) * scale) / (length * norm(other));
        return Math.abs(told - dot(question, vector) / (length * norm(vector)));
      });
    });
  return { turns: errors(sums, stored), windows: errors(windowsOf(sums), windowsOf(stored)) };
};

/** The figures of src/embedding/README.md. */
export const embedSuite: Suite = {
  description: 'The static model on one core against MiniLM in its Worker, turns of 12 words',
  run: async ({ quick }) => {
    const rounds = quick ? 3 : 9;
    const loads: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      const startedMs = performance.now();
      await openStaticModel();
      loads.push(performance.now() - startedMs);
    }
    const model = await openStaticModel();
    const many = turns(quick ? 10_000 : 40_000);
    const few = turns(quick ? 64 : 256);
    const into = new Float32Array(model.dimensions);
    const opened = await openMiniLM();
    const miniLM = typeof opened === 'string' ? null : opened;
    if (typeof opened === 'string') console.error(`No baseline: ${opened}`);
    const rates = await interleave(rounds, {
      sums: () => rate(many.length, () => many.forEach((text) => void model.sumOfText(text, into))),
      pieces: () => rate(many.length, () => many.forEach((text) => void model.tokenise(text))),
      miniLM: async () => (miniLM ? rate(few.length, () => miniLM.embed(few)) : Number.NaN),
    });
    await miniLM?.close();
    const { turns: turnErrors, windows: windowErrors } = roundingErrors(model, many.slice(0, 1_000));
    const baseline = miniLM ? rates.miniLM : null;
    return [
      result('text to vector (MiniLM)', 'turns/s', rates.sums, { baseline, target: { of: 'value', atLeast: 20_000 } }),
      result('text to word pieces', 'turns/s', rates.pieces),
      result('load the model', 'ms', loads, { target: { of: 'value', atMost: 100 } }),
      result('cosine of a stored turn, error, p99', 'thousandths', [1_000 * quantile(turnErrors, 0.99)]),
      result('  worst', 'thousandths', [1_000 * Math.max(...turnErrors)]),
      result('cosine of a stored window, error, p99', 'thousandths', [1_000 * quantile(windowErrors, 0.99)]),
      result('  worst', 'thousandths', [1_000 * Math.max(...windowErrors)]),
    ];
  },
};
