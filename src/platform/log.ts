import pino, { type LevelWithSilent, type Logger } from 'pino';

export type Log = Logger;

/**
 * JSON lines on standard error, so that standard output stays for what a person reads. Callers log ids, sizes and
 * durations, never the text of a message.
 */
export const createLog = (level: LevelWithSilent): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
