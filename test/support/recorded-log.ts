import type { Log, LogFacts } from '../../src/platform/log.ts';

export interface LogLine {
  readonly severity: keyof Log;
  readonly facts: LogFacts;
  readonly words: string;
}

/** A log that keeps its lines instead of writing them. */
export const recordedLog = (): Log & { readonly lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const write =
    (severity: keyof Log) =>
    (facts: LogFacts, words: string): void => {
      lines.push({ severity, facts, words });
    };
  return { lines, error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
};
