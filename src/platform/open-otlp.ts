import type { ExposedMetric } from './otlp-metrics.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

type Env = Readonly<Record<string, string | undefined>>;

const USUAL_INTERVAL_MS = 60_000;

/** Whether the environment names an endpoint for spans or for metrics, and does not turn them off. */
const isWanted = (env: Env, signal: 'TRACES' | 'METRICS'): boolean =>
  Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) &&
  env['OTEL_SDK_DISABLED'] !== 'true' &&
  env[`OTEL_${signal}_EXPORTER`] !== 'none';

/** Loads OpenTelemetry when its own variable names an endpoint, and else nothing. Its SDK reads the other `OTEL_` variables. @param onProblem told at most once a minute why spans are not taken. */
export const openTracing = async (env: Env, version: string, onProblem: (reason: string) => void): Promise<Tracing> => {
  if (!isWanted(env, 'TRACES')) return NO_TRACING;
  return (await import('./otlp-tracing.ts')).openOtlpTracing(version, onProblem);
};

interface MetricsOptions {
  readonly version: string;
  readonly now: () => number;
  readonly read: () => Promise<readonly ExposedMetric[]>;
  readonly onProblem: (reason: string) => void;
}

/** The same for metrics, every `OTEL_METRIC_EXPORT_INTERVAL` milliseconds. Answers how to end that. */
export const openMetricsExport = async (env: Env, options: MetricsOptions): Promise<{ close(): Promise<void> }> => {
  if (!isWanted(env, 'METRICS')) return { close: async () => {} };
  // The SDK leaves this variable to whoever opens it. As OpenTelemetry wants it, what is no number counts as absent.
  const asked = Number(env['OTEL_METRIC_EXPORT_INTERVAL']);
  const intervalMs = Number.isFinite(asked) && asked > 0 ? asked : USUAL_INTERVAL_MS;
  return (await import('./otlp-metrics.ts')).openOtlpMetrics({ ...options, intervalMs });
};
