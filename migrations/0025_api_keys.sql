-- API keys. A key is a session of its own kind: it is in the monitor, and it ends when the key is revoked or expires.

-- The kind of sessions that previous versions, which read `kind`, don't know. They see them as `api`.
ALTER TABLE sessions ADD COLUMN special_kind TEXT;

CREATE TABLE api_keys (
  session_id TEXT   PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  -- The owner, who is also the session's.
  user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name       TEXT   NOT NULL,
  -- The SHA-256 of the key.
  digest     TEXT   NOT NULL UNIQUE,
  -- Names of permissions, and address ranges, with spaces between them. Without a range, any address may use the key.
  scopes     TEXT   NOT NULL,
  networks   TEXT   NOT NULL,
  -- When the owner was told that it expires soon.
  warned_at  BIGINT
);
CREATE INDEX api_keys_of_user ON api_keys (user_id, session_id);
