import { type Panel, plotSvg } from '../bench/plot.ts';
import type { Soak } from './run.ts';
import { MEASURES, type Measure, type Sample, type Verdict } from './samples.ts';

const MINUTE_MS = 60_000;

/** Kept answers are shown, and not judged. */
const SHOWN: readonly (Pick<Measure, 'name' | 'unit' | 'divisor'> & { readonly key: keyof Sample })[] = [
  ...MEASURES,
  { key: 'keptAnswerBytes', name: 'kept answers', unit: 'MiB', divisor: 1_048_576 },
];

/** Samples of which each point of the plot is the median, so that an hour is still a line that can be read. */
const MOST_POINTS = 90;

const thinned = (points: readonly { x: number; y: number }[]): { x: number; y: number }[] => {
  const each = Math.ceil(points.length / MOST_POINTS);
  const parts = Array.from({ length: Math.ceil(points.length / each) }, (_, i) =>
    points.slice(i * each, (i + 1) * each),
  );
  return parts.flatMap((part) => [...part].sort((a, b) => a.y - b.y)[Math.floor(part.length / 2)] ?? []);
};

/** One panel for each unit and size: memory, files, tasks, latencies. Returns an SVG document. */
export const drawSoak = (samples: readonly Sample[], title: string): Promise<string> => {
  const panel = (name: string, keys: readonly (keyof Sample)[]): Panel => {
    const measures = SHOWN.filter(({ key }) => keys.includes(key));
    return {
      kind: 'lines',
      title: name,
      x: { title: 'minutes' },
      y: { title: measures[0]?.unit ?? '' },
      series: measures.map(({ key, name: series, divisor }) => ({
        name: series,
        points: thinned(
          samples
            .map((sample) => ({ x: sample.atMs / MINUTE_MS, y: sample[key] / divisor }))
            .filter(({ y }) => !Number.isNaN(y)),
        ),
      })),
    };
  };
  return plotSvg({
    title,
    panels: [
      panel('Resident memory', ['rssBytes']),
      panel('Database file and write-ahead log', ['fileBytes', 'keptAnswerBytes', 'walBytes']),
      panel('Adds', ['addP50Ms', 'addP99Ms']),
      panel('Questions', ['askP50Ms', 'askP99Ms']),
      panel('Tasks that wait', ['waitingTasks']),
    ],
  });
};

/** The verdict as a table of Markdown. */
export const tableOf = (verdicts: readonly Verdict[]): string =>
  [
    '| measure | first third | last third | flat up to | |',
    '|---|---|---|---|---|',
    ...verdicts.map(({ measure: { name, unit, growth, slack }, first, last, isFlat }) => {
      const limit = first * growth + slack;
      const figures = [first, last, limit].map((value) => `${value.toFixed(1)} ${unit}`);
      return `| ${[name, ...figures, isFlat ? 'flat' : 'GREW'].join(' | ')} |`;
    }),
  ].join('\n');

/** What was done, in a sentence. */
export const sentenceOf = ({ done, reloads, reindexes, faults, cpuMsPerSecond }: Soak): string =>
  [
    `${done.add} adds of two messages, ${done.ask} questions, ${done.context} blocks for a prompt, ${done.edit} edits,`,
    `${done.deleteSession} sessions and ${done.replace} users deleted, ${reloads} reloads of settings, ${reindexes} reindexes;`,
    `${faults.length} faults${cpuMsPerSecond === null ? '' : `; the server took ${(cpuMsPerSecond / 10).toFixed(0)} % of a core`}.`,
  ].join(' ');
