import { SQLITE_KINDS } from '../../../adapters/sqlite/kinds.ts';
import type { SqliteKind, SqliteKinds } from '../../../adapters/sqlite/writing/context.ts';
import type { ToyOutcome } from './handlers.ts';
import { TOY, TOY_RULES } from './rules.ts';

const SCHEMA = `CREATE TABLE IF NOT EXISTS toys (
  session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  sequence INTEGER NOT NULL, speaker TEXT NOT NULL, letters INTEGER NOT NULL, PRIMARY KEY (session_key, sequence)
) STRICT`;

/** What SQLite keeps of the toy kind: a row for each message. */
export const sqliteToy: SqliteKind = {
  rules: TOY_RULES,
  open: (db) => {
    db.exec(SCHEMA);
    const remove = db.prepare('DELETE FROM toys WHERE session_key = @sessionKey AND sequence BETWEEN @from AND @to');
    const removeSome = db.prepare('DELETE FROM toys WHERE session_key = @key LIMIT @room');
    const insert = db.prepare('INSERT INTO toys VALUES (@sessionKey, @sequence, @speaker, @letters)');
    return {
      file: (outcome) => {
        const { sessionKey, firstSequence, lastSequence, counted } = outcome as unknown as ToyOutcome;
        remove.run({ sessionKey, from: firstSequence, to: lastSequence });
        for (const row of counted) insert.run({ sessionKey, ...row });
      },
      void: ({ sessionKey, sequence }) => {
        const { changes } = remove.run({ sessionKey, from: sequence, to: sequence });
        return changes > 0 ? [{ firstSequence: sequence, lastSequence: sequence }] : [];
      },
      remove: ({ of, key }, room) => (of === 'session' ? removeSome.run({ key, room }).changes : 0),
    };
  },
};

export const SQLITE_KINDS_WITH_TOY: SqliteKinds = { ...SQLITE_KINDS, [TOY]: sqliteToy };
