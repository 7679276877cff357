import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { MIGRATIONS } from './migrate.ts';

/** What a database file holds. */
export interface Inspection {
  readonly bytes: number;
  readonly users: number;
  readonly messages: number;
  /** Epoch milliseconds; null without messages. */
  readonly newestMessageAt: number | null;
  /** What is wrong with it, in a sentence; null when nothing is. */
  readonly problem: string | null;
}

const NOTHING = { bytes: 0, users: 0, messages: 0, newestMessageAt: null };

/** Reads all of a database file and looks whether it is whole, and one of ours. It changes nothing. */
export const inspectSqlite = (file: string): Inspection => {
  if (!existsSync(file)) return { ...NOTHING, problem: `There is no file ${file}.` };
  const { size: bytes } = statSync(file);
  const wrong = (problem: string): Inspection => ({ ...NOTHING, bytes, problem });
  let db: Database.Database;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    return wrong(`${file} cannot be opened: ${(error as Error).message}.`);
  }
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'messages'").get() !== undefined;
    if (version === 0 || !isOurs) return wrong(`${file} is no database of MemFuse.`);
    if (version > MIGRATIONS.length) {
      return wrong(`${file} was written by a later version of MemFuse. Use that version.`);
    }
    const finding = db.pragma('integrity_check(1)', { simple: true }) as string;
    if (finding !== 'ok') return wrong(`${file} is damaged: ${finding}.`);
    const count = (table: string): number => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    const newest = db.prepare('SELECT max(created_at) FROM messages').pluck().get() as number | null;
    return { bytes, users: count('users'), messages: count('messages'), newestMessageAt: newest, problem: null };
  } catch (error) {
    return wrong(`${file} cannot be read: ${(error as Error).message}.`);
  } finally {
    db.close();
  }
};
