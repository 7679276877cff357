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

-- Files of that time have a table of vec0 as well, `message_bits`, with triggers on messages. `without-outlines` drops all of
-- it, so a file that is made today never has it, and needs no extension on its way here.
