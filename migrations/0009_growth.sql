-- What keeps the database from growing without bound.

-- What strangers did and the audit log does not keep event by event: how often, by hour and by where from (a
-- network) or against whom (a user's id).
CREATE TABLE audit_counts (
  hour   BIGINT NOT NULL,
  action TEXT   NOT NULL,
  scope  TEXT   NOT NULL,
  count  BIGINT NOT NULL,
  PRIMARY KEY (hour, action, scope)
);
CREATE INDEX audit_of_strangers ON audit (id) WHERE actor_kind = 'anonymous';
CREATE INDEX audit_of_strangers_by_subject ON audit (subject_id, action, id) WHERE actor_kind = 'anonymous';

-- Set where an account registered itself and nobody has confirmed its address, or changed it, since.
ALTER TABLE users ADD COLUMN unconfirmed_since BIGINT;
CREATE INDEX unconfirmed_users ON users (unconfirmed_since) WHERE unconfirmed_since IS NOT NULL;
-- Those that are there already begin anew: the latest event is as good as now.
UPDATE users
SET unconfirmed_since = (SELECT max(at) FROM audit)
WHERE email_verified_at IS NULL AND version = 1 AND status = 'active'
  AND id IN (SELECT subject_id FROM audit WHERE action = 'user.registered')
  AND id NOT IN (SELECT user_id FROM user_roles WHERE role <> 'user');

-- What is swept is found by an index, and so is what is bounded by user.
CREATE INDEX one_time_secrets_by_end ON one_time_secrets (expires_at);
CREATE INDEX devices_of_user ON devices (user_id, last_seen_at);
CREATE INDEX devices_by_time ON devices (last_seen_at);
CREATE INDEX live_sessions_of_user ON sessions (user_id, id) WHERE ended_at IS NULL;
