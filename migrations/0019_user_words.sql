-- The words that a user is found by: a search finds those that begin with what was typed. Bytes, because the order of
-- texts differs between databases. The server adds the words of users from before.
CREATE TABLE user_words (
  word    BYTEA NOT NULL,
  user_id TEXT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (word, user_id)
);
CREATE INDEX words_of_user ON user_words (user_id);
INSERT INTO counters (name, value) SELECT 'users_without_words', count(*) FROM users;

-- What lists of users are filtered by, and rarely so.
CREATE INDEX banned_users ON users (id, banned_until) WHERE status = 'banned';
