-- Profile pictures as they are served: square JPEGs that the server has drawn itself. The version is a digest of
-- the content. (SQLite keeps bytes as they are in a column of any type.)
CREATE TABLE pictures (
  user_id TEXT  PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  version TEXT  NOT NULL,
  content BYTEA NOT NULL
);

-- The overview of the administration reads these indexes only.
CREATE INDEX unverified_users ON users (id) WHERE email_verified_at IS NULL;
CREATE INDEX failed_mails ON outbox (id) WHERE state = 'failed';
CREATE INDEX sign_ins ON audit (at, action) WHERE action IN ('sign_in.succeeded', 'sign_in.failed');
