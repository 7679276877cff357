import { NO_TRACING, type Tracing } from './tracing.ts';

/** Loads OpenTelemetry when its own variable names an endpoint, and else nothing. Its SDK reads the other `OTEL_` variables. @param onProblem told at most once a minute why spans are not taken. */
export const openTracing = async (
  env: Readonly<Record<string, string | undefined>>,
  version: string,
  onProblem: (reason: string) => void,
): Promise<Tracing> => {
  const isWanted = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (!isWanted || env['OTEL_SDK_DISABLED'] === 'true') return NO_TRACING;
  return (await import('./otlp-tracing.ts')).openOtlpTracing(version, onProblem);
};
