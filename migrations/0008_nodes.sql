-- What each place in the order of revocations was taken by. A node that finds another mark at the last place it knows,
-- or none, is on another history: a replica that took over without the last commits, or a copy that was put back.
CREATE TABLE revocation_marks (
  sequence BIGINT PRIMARY KEY,
  mark     TEXT   NOT NULL,
  at       BIGINT NOT NULL
);
CREATE INDEX revocation_marks_by_time ON revocation_marks (at);

-- The processes that work on this database. Each writes its row every few seconds, which shows that writing works,
-- and when the database was last in use. `filler` is empty outside of that transaction: it takes a page for a
-- moment, because a full disk refuses new pages only.
CREATE TABLE nodes (
  id      TEXT   PRIMARY KEY,
  seen_at BIGINT NOT NULL,
  beats   BIGINT NOT NULL,
  filler  TEXT   NOT NULL,
  -- `lost`: it ended without having said so, and what it had in memory is gone.
  state   TEXT   NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'stopped', 'lost'))
);
CREATE INDEX nodes_by_time ON nodes (seen_at);

-- The order in which events of sessions were committed, as for revocations. Versions before write 0.
INSERT INTO counters (name, value) VALUES ('session_events', 0);
ALTER TABLE session_events ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
CREATE INDEX session_events_in_order ON session_events (position);

-- The oldest version that can work on this database, by its last migration and by name. A migration that versions
-- before it can't bear raises this; others are applied beside running nodes of the version before. One row.
CREATE TABLE compatibility (
  id      BIGINT PRIMARY KEY CHECK (id = 1),
  schema  BIGINT NOT NULL,
  version TEXT   NOT NULL
);
INSERT INTO compatibility (id, schema, version) VALUES (1, 0, '0.1.0');
