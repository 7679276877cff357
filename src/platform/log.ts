import { createRequire } from 'node:module';
import type { LevelWithSilent, Logger, pino as Pino } from 'pino';

/** Facts beside the words of a line: ids, sizes, durations, an error as `err`. Never the text of a message. */
export type LogFacts = Readonly<Record<string, unknown>>;

export interface Log {
  error(facts: LogFacts, words: string): void;
  warn(facts: LogFacts, words: string): void;
  info(facts: LogFacts, words: string): void;
  debug(facts: LogFacts, words: string): void;
}

/**
 * A level that may change is asked for at each line. JSON lines on standard error, by pino, so that standard output stays for what a person reads. Pino is loaded with the
 * first line that is written: a healthy start writes none, and loading it costs 45 ms of a start.
 */
export const createLog = (given: LevelWithSilent | (() => LevelWithSilent)): Log => {
  const level = typeof given === 'string' ? () => given : given;
  let logger: Logger | null = null;
  const load = (): Logger => {
    const pino = createRequire(import.meta.url)('pino') as typeof Pino;
    const timestamp = pino.stdTimeFunctions.isoTime;
    return pino({ level: level(), base: null, timestamp }, pino.destination({ dest: 2, sync: true }));
  };
  const write =
    (severity: keyof Log) =>
    (facts: LogFacts, words: string): void => {
      if (level() === 'silent') return;
      logger ??= load();
      logger.level = level();
      logger[severity](facts, words);
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
};
