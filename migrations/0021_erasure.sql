-- Users who are gone, until the audit log no longer tells about them.
CREATE TABLE deleted_users (
  user_id       TEXT    PRIMARY KEY,
  deleted_at    BIGINT  NOT NULL,
  -- Whether the email address was ever verified. If not, the user's own events are deleted, too.
  was_confirmed BOOLEAN NOT NULL
);
CREATE INDEX deleted_users_by_time ON deleted_users (deleted_at);

INSERT INTO deleted_users (user_id, deleted_at, was_confirmed)
SELECT subject_id, max(at), TRUE
FROM audit
WHERE action = 'user.deleted' AND subject_id IS NOT NULL
GROUP BY subject_id;

-- The audit key's signature of what was left when details of an event were erased.
ALTER TABLE audit ADD COLUMN erasure TEXT;
