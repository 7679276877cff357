// vega-lite: a picture is said as data, drawn without a browser, and both packages are released several times a year.
import type { TopLevelSpec } from 'vega-lite';
import type { Field } from 'vega-lite/types_unstable/channeldef.js';
import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';

export interface Axis {
  /** What is measured, and its unit. */
  readonly title: string;
  /** `linear` when absent, from zero on. A logarithmic axis leaves out what is not above zero. */
  readonly scale?: 'linear' | 'log';
}

/** A line that something must stay below or above. */
export interface Limit {
  readonly name: string;
  readonly value: number;
}

/** How one measure moves with another: a line with marks for each series, a colour a name. */
export interface LinesPanel {
  readonly kind: 'lines';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly { x: number; y: number }[] }[];
  readonly limits?: readonly Limit[];
}

/** Measures beside each other: a group of bars for each name, a colour for each side. */
export interface BarsPanel {
  readonly kind: 'bars';
  readonly title: string;
  readonly value: Axis;
  /** With the interval that a value lies in, where it is known. */
  readonly bars: readonly {
    readonly name: string;
    readonly side: string;
    readonly value: number;
    readonly interval?: readonly [low: number, high: number];
  }[];
  readonly limits?: readonly Limit[];
}

export type Panel = LinesPanel | BarsPanel;

export interface Picture {
  readonly title: string;
  readonly panels: readonly Panel[];
}

type Part = LayerSpec<Field> | UnitSpec<Field>;

const WIDTH_PX = 420;
const HEIGHT_PX = 260;
const BAR_PX = 12;

const isDrawable = ({ scale = 'linear' }: Axis, value: number): boolean =>
  Number.isFinite(value) && (scale === 'linear' || value > 0);

/** Whole powers of ten around the values: a bar on a logarithmic axis needs somewhere to start. */
const decades = (values: readonly number[]): [number, number] => {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0.1, 1];
  const low = Math.floor(Math.log10(Math.min(...positive)) - 0.01);
  return [10 ** low, 10 ** Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))))];
};

/** A title longer than the panel, in lines that fit. */
const wrapped = (title: string, charactersPerLine: number): string[] => {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= charactersPerLine) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
};

const lines = ({ title, x, y, series, limits = [] }: LinesPanel): Part => {
  const values = series.flatMap(({ name, points }) =>
    points.filter((point) => isDrawable(x, point.x) && isDrawable(y, point.y)).map((point) => ({ name, ...point })),
  );
  const logY =
    y.scale === 'log'
      ? { domain: decades([...values, ...limits.map(({ value }) => ({ y: value }))].map((v) => v.y)) }
      : {};
  const names = series.map(({ name }) => name);
  return {
    title: wrapped(title, 60),
    width: WIDTH_PX,
    height: HEIGHT_PX,
    layer: [
      {
        data: { values },
        mark: { type: 'line', point: { size: 45 } },
        encoding: {
          x: { field: 'x', type: 'quantitative', title: x.title, scale: { type: x.scale ?? 'linear' } },
          y: { field: 'y', type: 'quantitative', title: y.title, scale: { type: y.scale ?? 'linear', ...logY } },
          color: { field: 'name', type: 'nominal', title: null, sort: names },
        },
      },
      ...limitsAlong('y', limits),
    ],
  };
};

const bars = ({ title, value, bars: given, limits = [] }: BarsPanel): Part => {
  const values = given.filter((bar) => isDrawable(value, bar.value));
  const isLog = value.scale === 'log';
  const domain = decades([...values, ...limits].map((each) => each.value));
  const x = { field: 'value', type: 'quantitative', title: value.title } as const;
  const names = [...new Set(values.map(({ name }) => name))];
  const sides = [...new Set(values.map(({ side }) => side))];
  const y = { field: 'name', type: 'nominal', title: null, sort: names, axis: { labelLimit: 0 } } as const;
  const yOffset = { field: 'side', sort: sides };
  const intervals = values.flatMap(({ name, side, interval }) =>
    interval ? [{ name, side, low: interval[0], high: interval[1] }] : [],
  );
  return {
    title: wrapped(title, 60),
    width: WIDTH_PX,
    height: Math.max(1, names.length * (sides.length + 0.6)) * BAR_PX,
    layer: [
      {
        data: { values },
        mark: { type: 'bar' },
        encoding: {
          x: { ...x, stack: null, scale: isLog ? { type: 'log', domain } : { type: 'linear' } },
          ...(isLog && { x2: { datum: domain[0] } }),
          y,
          yOffset,
          color: { field: 'side', type: 'nominal', title: null, sort: sides },
        },
      },
      {
        data: { values: intervals },
        mark: { type: 'rule', color: '#333' },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' }, y, yOffset },
      },
      ...limitsAlong('x', limits),
    ],
  };
};

const limitsAlong = (channel: 'x' | 'y', limits: readonly Limit[]): UnitSpec<Field>[] =>
  limits.flatMap(({ name, value }): UnitSpec<Field>[] => {
    const data = { values: [{ value, name }] };
    const at = { [channel]: { field: 'value', type: 'quantitative' } } as const;
    const end = channel === 'y' ? { x: { value: WIDTH_PX } } : { y: { value: 0 } };
    const label = { align: 'right', baseline: 'bottom', dx: -3, dy: -3, fontSize: 10, color: '#555' } as const;
    return [
      { data, mark: { type: 'rule', strokeDash: [4, 4], color: '#555' }, encoding: at },
      { data, mark: { type: 'text', ...label }, encoding: { ...at, ...end, text: { field: 'name', type: 'nominal' } } },
    ];
  });

/** Draws panels, two beside each other, each with its own axes and legend. Returns an SVG document. */
export const plotSvg = async ({ title, panels }: Picture): Promise<string> => {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const spec: TopLevelSpec = {
    title: { text: title, fontSize: 15, anchor: 'start', offset: 14 },
    background: 'white',
    padding: 16,
    columns: 2,
    spacing: 36,
    concat: panels.map((panel) => (panel.kind === 'lines' ? lines(panel) : bars(panel))),
    resolve: { scale: { color: 'independent', x: 'independent', y: 'independent' } },
    config: { legend: { orient: 'bottom', columns: 3, labelLimit: 0 }, title: { anchor: 'start', fontSize: 12 } },
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
};
