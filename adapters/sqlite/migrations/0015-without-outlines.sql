-- Large memories are searched like all others. Only files from before have the triggers and the table of vec0.
DROP TRIGGER IF EXISTS bits_of_deleted_message;
DROP TRIGGER IF EXISTS bits_of_changed_message;
DROP TABLE IF EXISTS message_bits;
DROP TABLE segment_words;
DROP TABLE segment_blocks;
DROP TABLE segment_outlines;
