-- Turns as chat APIs have them: more roles, and what a message came with beside its text.

-- A JSON object of calls of tools, parts that are no text and the like, as they were sent.
ALTER TABLE messages ADD COLUMN source TEXT;
-- Words of it that the message is found by beside its content.
ALTER TABLE messages ADD COLUMN found_by TEXT;
ALTER TABLE messages ADD COLUMN searched TEXT GENERATED ALWAYS AS (
  CASE WHEN found_by IS NULL THEN content ELSE content || char(10) || found_by END
) VIRTUAL;

-- A CHECK cannot be changed by ALTER TABLE, and copying a table of millions of messages takes minutes. SQLite documents the
-- edit of the schema's own text for changes that leave the format of rows alone (https://sqlite.org/lang_altertable.html,
-- "making other kinds of table schema changes"): every row that fitted before fits now. It takes a connection that is not
-- defensive. RESET has this connection read the schema anew; the others do because of the columns above.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(
  sql,
  'CHECK (role IN (''user'', ''assistant'', ''system''))',
  'CHECK (role IN (''user'', ''assistant'', ''system'', ''tool'', ''developer'', ''function''))'
) WHERE type = 'table' AND name = 'messages';
PRAGMA writable_schema = RESET;
