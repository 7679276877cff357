// The official SDK, which this file alone knows; it is loaded only where an endpoint is named.
import { ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { serviceResource, shutDown, tellProblems } from './otlp.ts';

type Labels = Readonly<Record<string, string | number>>;

/** A metric as `/metrics` has it: of a histogram a value for each bucket, cumulative, with its bound in `le`, and sum and count. */
export interface ExposedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly { readonly value: number; readonly labels: Labels; readonly metricName?: string }[];
}

export interface OtlpMetricsOptions {
  readonly version: string;
  readonly intervalMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly read: () => Promise<readonly ExposedMetric[]>;
  /** Told at most once a minute why metrics are not taken. */
  readonly onProblem: (reason: string) => void;
}

type Moments = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

/** The histograms of a metric by their labels, with the runs that are in each bucket alone, as OpenTelemetry counts them. */
const histograms = ({ name, values }: ExposedMetric, moments: Moments): DataPoint<Histogram>[] => {
  const series = new Map<
    string,
    { attributes: Labels; below: [bound: number, count: number][]; sum: number; count: number }
  >();
  for (const { metricName, labels, value } of values) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const one = series.get(key) ?? { attributes, below: [], sum: 0, count: 0 };
    series.set(key, one);
    if (metricName === `${name}_sum`) one.sum = value;
    else if (metricName === `${name}_count`) one.count = value;
    else if (le !== undefined && le !== '+Inf') one.below.push([Number(le), value]);
  }
  return [...series.values()].map(({ attributes, below, sum, count }) => {
    const bounded = below.sort(([a], [b]) => a - b);
    const upTo = [...bounded.map(([, runs]) => runs), count];
    return {
      ...moments,
      attributes: { ...attributes },
      value: {
        buckets: {
          boundaries: bounded.map(([bound]) => bound),
          counts: upTo.map((runs, i) => runs - (upTo[i - 1] ?? 0)),
        },
        sum,
        count,
      },
    };
  });
};

const asMetricData = (metric: ExposedMetric, moments: Moments): MetricData => {
  const { name, help, type, values } = metric;
  const shared = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === 'histogram') {
    return { ...shared, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(metric, moments) };
  }
  const dataPoints = values.map(({ value, labels }) => ({ ...moments, attributes: { ...labels }, value }));
  return type === 'counter'
    ? { ...shared, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...shared, dataPointType: DataPointType.GAUGE, dataPoints };
};

/** Sends the metrics of `/metrics` at an interval to the endpoint of `OTEL_EXPORTER_OTLP_ENDPOINT`, as JSON over HTTP. Answers how to end that. */
export const openOtlpMetrics = ({ version, intervalMs, now, read, onProblem }: OtlpMetricsOptions) => {
  tellProblems(onProblem);
  const resource = serviceResource(version);
  const startTime = millisToHrTime(now());
  const collect = async () => {
    const moments = { startTime, endTime: millisToHrTime(now()) };
    const metrics = (await read()).map((metric) => asMetricData(metric, moments));
    const scopeMetrics = [{ scope: { name: 'memfuse', version }, metrics }];
    return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: intervalMs,
    metricProducers: [{ collect }],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { close: () => shutDown(provider) };
};
