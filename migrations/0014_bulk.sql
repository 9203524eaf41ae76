-- Work on many users, done one by one in the background. The network, agent and request are those of the order.
CREATE TABLE bulk_jobs (
  id          TEXT    PRIMARY KEY,
  action      TEXT    NOT NULL,
  maker       TEXT    NOT NULL,
  session_id  TEXT    NOT NULL,
  network     TEXT    NOT NULL,
  agent       TEXT    NOT NULL,
  request_id  TEXT    NOT NULL,
  total       BIGINT  NOT NULL,
  succeeded   BIGINT  NOT NULL DEFAULT 0,
  failed      BIGINT  NOT NULL DEFAULT 0,
  is_refused  BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  BIGINT  NOT NULL,
  finished_at BIGINT
);
CREATE INDEX unfinished_bulk_jobs ON bulk_jobs (id) WHERE finished_at IS NULL;
CREATE INDEX finished_bulk_jobs ON bulk_jobs (finished_at) WHERE finished_at IS NOT NULL;

-- The users of a job: those still waiting, and, with an error, those that could not be changed. What is done is
-- deleted in the transaction that does it.
CREATE TABLE bulk_targets (
  job_id  TEXT NOT NULL REFERENCES bulk_jobs (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  error   TEXT,
  PRIMARY KEY (job_id, user_id)
);
CREATE INDEX waiting_bulk_targets ON bulk_targets (job_id, user_id) WHERE error IS NULL;
