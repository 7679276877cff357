import { basename } from 'node:path';
import { z } from 'zod';
import { commonFile, readCommon } from './common-format.ts';
import type { ReadConversation } from './conversation.ts';
import { locomoFile, readLocomo } from './locomo-format.ts';

const parsed = (name: string, text: string): ReadConversation[] => {
  const content: unknown = JSON.parse(text);
  const isLocomo = typeof content === 'object' && content !== null && 'qa' in content;
  return isLocomo ? [readLocomo(name, locomoFile.parse(content))] : readCommon(name, commonFile.parse(content));
};

/**
 * The conversations of a file in the common format, whose name is their kind, or the one of a file of LoCoMo. Errors: one
 * whose message tells what is wrong with it.
 */
export const readConversationFile = (file: string, text: string): ReadConversation[] => {
  try {
    const read = parsed(basename(file, '.json'), text);
    const turns = read.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns));
    if (turns.length === 0) throw new Error('nobody says anything in it');
    if (turns.some(({ at }) => Number.isNaN(at))) throw new Error('the date of a session is none');
    return read;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const { path = [], message = '' } = error.issues[0] ?? {};
    throw new Error(path.length > 0 ? `${path.join('.')}: ${message}` : message, { cause: error });
  }
};
