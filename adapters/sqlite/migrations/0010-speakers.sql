-- Names have a limit now, and those of before have none. Search reads a name with each message that it stands before, so it
-- is given the beginning of one that is too long.
ALTER TABLE users ADD COLUMN spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL;
ALTER TABLE agents ADD COLUMN spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL;
ALTER TABLE messages ADD COLUMN spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL;
