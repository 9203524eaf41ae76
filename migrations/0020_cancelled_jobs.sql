-- When a job was cancelled. The users whom it had not changed by then count as failed.
ALTER TABLE bulk_jobs ADD COLUMN cancelled_at BIGINT;

-- The users of a big job, by their ids separated by spaces, and how many of them are in bulk_targets already. They are
-- added there in pieces, and the job waits until all are.
CREATE TABLE bulk_selections (
  job_id   TEXT   PRIMARY KEY REFERENCES bulk_jobs (id) ON DELETE CASCADE,
  user_ids TEXT   NOT NULL,
  added    BIGINT NOT NULL DEFAULT 0
);
