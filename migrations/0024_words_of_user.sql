-- With the word, so that whether a user has one is read from the index alone.
DROP INDEX words_of_user;
CREATE INDEX words_of_user ON user_words (user_id, word);
