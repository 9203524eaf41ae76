-- Links in mails about new sign-ins, by which the owner of an account reports that it was someone else. Each is good
-- for the address it was mailed to. A used one is kept until its end, so that its page can say what it did.
CREATE TABLE not_me_links (
  digest     TEXT   PRIMARY KEY,
  user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address    TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT
);
CREATE INDEX not_me_links_of_user ON not_me_links (user_id);
CREATE INDEX not_me_links_by_end ON not_me_links (expires_at);

-- After a report, users can't change the address of their own account until then.
ALTER TABLE users ADD COLUMN email_frozen_until BIGINT;
