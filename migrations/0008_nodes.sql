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
  filler  TEXT   NOT NULL
);
CREATE INDEX nodes_by_time ON nodes (seen_at);
