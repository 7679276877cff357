-- What the candidates of a large memory are found by without an index in memory, worked out of its segments.
CREATE TABLE segment_outlines (
  segment_key INTEGER PRIMARY KEY REFERENCES index_segments (key) ON DELETE CASCADE,
  tenant_key  INTEGER NOT NULL,
  shapes      BLOB    NOT NULL
) STRICT;

-- Which messages of a segment hold which words. A question reads those parts that its words are in.
CREATE TABLE segment_words (
  key         INTEGER PRIMARY KEY,
  tenant_key  INTEGER NOT NULL,
  segment_key INTEGER NOT NULL REFERENCES segment_outlines (segment_key) ON DELETE CASCADE,
  part        INTEGER NOT NULL,
  bytes       BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX segment_words_by_part ON segment_words (segment_key, part);

-- Vectors and word pieces of a segment's messages, some messages in each. Candidates are looked at closely by them.
CREATE TABLE segment_blocks (
  key         INTEGER PRIMARY KEY,
  tenant_key  INTEGER NOT NULL,
  segment_key INTEGER NOT NULL REFERENCES segment_outlines (segment_key) ON DELETE CASCADE,
  block       INTEGER NOT NULL,
  bytes       BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX segment_blocks_by_block ON segment_blocks (segment_key, block);

-- A bit for each component of a message's vector. vec0 knows no references, so triggers take away what has no message.
CREATE VIRTUAL TABLE message_bits USING vec0(
  message_key INTEGER PRIMARY KEY,
  tenant_key INTEGER PARTITION KEY,
  user_key INTEGER PARTITION KEY,
  bits BIT[256]
);

CREATE TRIGGER bits_of_deleted_message AFTER DELETE ON messages BEGIN
  DELETE FROM message_bits WHERE message_key = OLD.key;
END;
CREATE TRIGGER bits_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM message_bits WHERE message_key = OLD.key;
END;
