-- What an audit event tells: names as they were then, the session, the target and the outcome.
ALTER TABLE audit ADD COLUMN actor_name TEXT;
ALTER TABLE audit ADD COLUMN session_id TEXT;
ALTER TABLE audit ADD COLUMN target_kind TEXT;
ALTER TABLE audit ADD COLUMN target_id TEXT;
ALTER TABLE audit ADD COLUMN target_name TEXT;
ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT 'ok' CHECK (outcome IN ('ok', 'denied'));
-- Added when the event is sealed: what makes the hash of its details impossible to guess, and that hash.
ALTER TABLE audit ADD COLUMN salt TEXT;
ALTER TABLE audit ADD COLUMN details_hash TEXT;

UPDATE audit SET target_kind = 'user', target_id = subject_id WHERE subject_id IS NOT NULL;
UPDATE audit SET outcome = 'denied' WHERE action IN ('sign_in.failed', 'lock.set', 'session.replayed');

-- What is limited per user and hour: events of anonymous callers, and denials.
DROP INDEX audit_of_strangers_by_subject;
CREATE INDEX audit_limited ON audit (subject_id, action, id) WHERE actor_kind = 'anonymous' OR outcome = 'denied';
CREATE INDEX audit_of_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_of_target ON audit (target_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX audit_denied ON audit (id) WHERE outcome = 'denied';
CREATE INDEX audit_by_action ON audit (action, id);

-- The end of the chain: the last sealed event. One row.
CREATE TABLE audit_head (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  sequence BIGINT NOT NULL,
  hash     TEXT   NOT NULL
);
INSERT INTO audit_head (only_row, sequence, hash)
VALUES (1, 0, '');

-- Ranges of the chain that retention has deleted, signed with the audit key.
CREATE TABLE audit_pruned (
  first_sequence BIGINT PRIMARY KEY,
  last_sequence  BIGINT NOT NULL,
  -- The hash of the last event of the range, which the next event refers to.
  last_hash      TEXT   NOT NULL,
  signature      TEXT   NOT NULL
);
