import type { LevelWithSilent, Logger, pino as Pino } from 'pino';
import { requestId } from './request-id.ts';

/** Facts beside the words of a line: ids, sizes, durations, an error as `err`. Never the text of a message. */
export type LogFacts = Readonly<Record<string, unknown>>;

export interface Log {
  error(facts: LogFacts, words: string): void;
  warn(facts: LogFacts, words: string): void;
  info(facts: LogFacts, words: string): void;
  debug(facts: LogFacts, words: string): void;
}

/**
 * JSON lines on standard error, by pino, so that standard output stays for what a person reads; a line of a request holds
 * its id. A level that may change is asked for at each line. Pino is loaded with the first line that is written, which
 * takes 45 ms; a server loads it while its Workers start.
 *
 * @param around what goes on around a line, such as the ids of its trace.
 */
export const createLog = (
  given: LevelWithSilent | (() => LevelWithSilent),
  around: () => object | null = () => null,
): Log => {
  const level = typeof given === 'string' ? () => given : given;
  let logger: Logger | null = null;
  const load = (): Logger => {
    const { pino } = require('pino') as { pino: typeof Pino };
    const timestamp = pino.stdTimeFunctions.isoTime;
    return pino({ level: level(), base: null, timestamp }, pino.destination({ dest: 2, sync: true }));
  };
  const write =
    (severity: keyof Log) =>
    (facts: LogFacts, words: string): void => {
      if (level() === 'silent') return;
      logger ??= load();
      logger.level = level();
      if (!logger.isLevelEnabled(severity)) return;
      const id = requestId();
      logger[severity]({ ...(id !== undefined && { requestId: id }), ...around(), ...facts }, words);
    };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
};
