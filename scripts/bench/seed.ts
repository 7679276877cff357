import { measureBuffers } from './seed/buffers.ts';
import { measureInitialisation, measurePool } from './seed/initialisation.ts';
import { measureOverhead } from './seed/overhead.ts';
import { measureRawMemory } from './seed/raw-memory.ts';
import { measureSaturation } from './seed/saturation.ts';
import { MEMORY, measureWholePath } from './seed/whole-path.ts';
import { hasTransformers, type Model, NO_TRANSFORMERS, SIDES } from './sides.ts';
import type { Result, Suite } from './suite.ts';

/** Each row with a ratio as a pair of bars; rows that are told as p50 only, since p99s of two sides have their own shapes. */
const sharesOf = (results: readonly Result[]) =>
  results
    .filter(({ name, ratio, target }) => ratio !== null && target?.startsWith('ratio <= 0') && !name.startsWith('  '))
    .flatMap(({ name, value, baseline, unit }) => [
      { name: `${name} (${unit})`, side: 'product', value },
      { name: `${name} (${unit})`, side: 'bypass', value: baseline ?? Number.NaN },
    ]);

/** The seed's PerformanceTestSuite. */
export const seedSuite: Suite = {
  description: "The seed's PerformanceTestSuite: services, buffers, the whole path, M0, saturation, metrics",
  run: async (options) => {
    const { say, draw } = options;
    for (const line of SIDES) say(line);
    say(
      `  Both are asked by users with ${MEMORY} messages each, as many as a long conversation. MiniLM runs in its Worker on both sides:`,
    );
    say('  the bypass waits for it within the request, the product does not.');
    const models: Model[] = hasTransformers() ? ['static', 'transformers'] : ['static'];
    if (models.length === 1) say(NO_TRANSFORMERS);
    const results = [
      // In this order: nanoseconds are measured before there is garbage of hundreds of megabytes in the process.
      ...(await measureOverhead(options)),
      ...(await measureInitialisation(options)),
      ...(await measurePool(options)),
      ...(await measureBuffers(options, models)),
      ...(await measureWholePath(options, models)),
      ...(await measureRawMemory(options)),
      ...(await measureSaturation(options)),
    ];
    draw({
      kind: 'bars',
      title: 'What the seed asks to be faster, p50',
      value: { title: 'us or ms, as each row says', scale: 'log' },
      bars: sharesOf(results),
    });
    draw({
      kind: 'bars',
      title: 'The same as a share of the bypass',
      value: { title: 'product / bypass', scale: 'log' },
      limits: [{ name: '90 % faster', value: 0.1 }],
      bars: results
        .filter(({ name, target }) => target?.startsWith('ratio <= 0') && !name.startsWith('  '))
        .map(({ name, ratio }) => ({ name, side: 'product', value: ratio ?? Number.NaN })),
    });
    return results;
  },
};
