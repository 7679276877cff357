import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, ReadConversation } from './conversation.ts';
import { readConversationFile } from './conversation-file.ts';

/** What there is to read cannot be read; one sentence that names the folder or the file. */
export class ConversationsError extends Error {
  override readonly name = 'ConversationsError';
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readFile = (file: string): ReadConversation[] => {
  try {
    return readConversationFile(file, readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConversationsError(`${file} holds no conversation: ${reasonOf(error)}.`, { cause: error });
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new ConversationsError(`The folder "${folder}" cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
};

/** The conversations of a folder, in order of their file names. */
const readFolder = (folder: string): ReadConversation[] => {
  const names = namesIn(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new ConversationsError(`The folder "${folder}" has no conversations: no file *.json.`);
  return names.sort().flatMap((name) => readFile(join(folder, name)));
};

/**
 * The conversations of folders, by folder, in the common format or LoCoMo's. Their users are called by their ids, with a
 * number behind it where there is one of that name already, since no two of a server may have one name. Errors:
 * `ConversationsError`.
 */
export const readConversations = (...folders: string[]): Conversation[][] => {
  const taken = new Map<string, number>();
  return folders.map((folder) =>
    readFolder(folder).map((read) => {
      const count = (taken.get(read.id) ?? 0) + 1;
      taken.set(read.id, count);
      const user = count === 1 ? read.id : `${read.id} ${count}`;
      return { ...read, usualSpeakers: { user, assistant: 'assistant' } };
    }),
  );
};

/** Conversations by their kind, in the order in which kinds come first. */
export const byKind = (conversations: readonly Conversation[]): Map<string, Conversation[]> =>
  Map.groupBy(conversations, ({ kind }) => kind);

/** The project's own conversations. */
export const OWN_CONVERSATIONS = join(import.meta.dir, '..', '..', 'test', 'quality', 'conversations');
