-- The order in which revocations were committed: whoever writes one holds this row until its commit, so a
-- reader that has seen a number has seen all before it, whatever anybody's clock says.
CREATE TABLE counters (
  name  TEXT   PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('revocations', 0);
ALTER TABLE revocations ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
DROP INDEX revocations_by_time;
CREATE INDEX revocations_in_order ON revocations (sequence);

-- Why somebody should look at a session, and since when.
ALTER TABLE sessions ADD COLUMN suspicion TEXT;
ALTER TABLE sessions ADD COLUMN suspected_at BIGINT;
CREATE INDEX suspected_sessions ON sessions (id) WHERE ended_at IS NULL AND suspicion IS NOT NULL;
-- For the monitor's list. The column `device` holds the agent in words, ignoring case.
ALTER TABLE users ADD COLUMN name_normalized TEXT NOT NULL DEFAULT '';
UPDATE users SET name_normalized = lower(name);

-- What happened to sessions lately, for whoever watches on any node.
CREATE TABLE session_events (
  id         TEXT   PRIMARY KEY,
  node       TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  what       TEXT   NOT NULL CHECK (what IN ('started', 'renewed', 'ended', 'suspected')),
  session_id TEXT   NOT NULL,
  user_id    TEXT   NOT NULL,
  reason     TEXT
);

-- How often what happened, by minute and node.
CREATE TABLE activity (
  minute  BIGINT NOT NULL,
  node    TEXT   NOT NULL,
  started BIGINT NOT NULL,
  renewed BIGINT NOT NULL,
  ended   BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  PRIMARY KEY (minute, node)
);
