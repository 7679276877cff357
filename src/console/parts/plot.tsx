import { Card, Heading } from '@radix-ui/themes';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';

interface PlotProps {
  readonly title: string;
  /** Written behind each number. */
  readonly unit: string;
  readonly names: readonly string[];
  /** Seconds since 1970, then a row of numbers for each name; null where nothing was measured. */
  readonly data: readonly (readonly (number | null)[])[];
  /** Changes when the colours of the page do. */
  readonly appearance: string;
}

const HEIGHT_PX = 180;
const COLORS = ['--accent-9', '--green-9', '--amber-9', '--red-9', '--gray-9'] as const;
const DIGITS = 3;
/** Shortest time that is shown, in seconds. */
const LEAST_S = 60;
/** How high the plot is, by its highest line. */
const ABOVE = 1.1;

const shown = (value: number | null, unit: string): string =>
  value === null ? '–' : `${Number(value.toPrecision(DIGITS)).toLocaleString()}${unit}`;

/** Lines over time, which grow as numbers come; below them the newest, as text. */
export const Plot = ({ title, unit, names, data, appearance }: PlotProps) => {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read off the page again when its appearance changes.
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const colorOf = (name: string): string => getComputedStyle(box).getPropertyValue(name);
    const axis = {
      stroke: colorOf('--gray-11'),
      grid: { stroke: colorOf('--gray-5') },
      ticks: { stroke: colorOf('--gray-6') },
    };
    const made = new UPlot(
      {
        width: box.clientWidth,
        height: HEIGHT_PX,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { range: (_plot, first, last) => [Math.min(first, last - LEAST_S), last] },
          y: { range: (_plot, _least, most) => [0, most > 0 ? most * ABOVE : 1] },
        },
        axes: [axis, { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick) => shown(tick, unit)) }],
        series: [
          {},
          ...names.map((label, i) => ({
            label,
            width: 2,
            stroke: colorOf(COLORS[i % COLORS.length] ?? ''),
            spanGaps: true,
          })),
        ],
      },
      data as UPlot.AlignedData,
      box,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT_PX }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [appearance, unit, names]);
  useEffect(() => plot.current?.setData(data as UPlot.AlignedData), [data]);
  return (
    <Card>
      <section aria-label={title}>
        <Heading as="h2" size="3">
          {title}
        </Heading>
        <div className="plot" ref={place} aria-hidden />
        <ul className="plain legend">
          {names.map((name, i) => (
            <li key={name}>
              <i className={`color color-${i}`} aria-hidden />
              {name} <b>{shown(data[i + 1]?.at(-1) ?? null, unit)}</b>
            </li>
          ))}
        </ul>
      </section>
    </Card>
  );
};
