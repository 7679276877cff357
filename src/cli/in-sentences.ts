import { SettingsError } from '../config/load.ts';
import { MemfuseError } from '../contract/errors.ts';

/** Something the person at the terminal can mend. */
export class UsageError extends Error {}

/** Runs a command that works on the files of the server, and says in a sentence what went wrong, with exit code 1. */
export const inSentences = async (run: () => Promise<void>): Promise<void> => {
  try {
    await run();
  } catch (error) {
    const isExpected = error instanceof UsageError || error instanceof MemfuseError || error instanceof SettingsError;
    console.error(isExpected ? error.message : error);
    process.exit(1);
  }
};
