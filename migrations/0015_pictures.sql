-- Profile pictures as they are served: square JPEGs that the server has drawn itself. The version is a digest of
-- the content. (SQLite keeps bytes as they are in a column of any type.)
CREATE TABLE pictures (
  user_id TEXT  PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  version TEXT  NOT NULL,
  content BYTEA NOT NULL
);
