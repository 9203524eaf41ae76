-- What keeps an account its owner's while its address is not confirmed, or is being changed.

-- What whoever registered last gave, while the address is not confirmed: it counts once it is. Set only
-- where somebody registered an address again that had an account.
ALTER TABLE users ADD COLUMN pending_name TEXT;
ALTER TABLE users ADD COLUMN pending_username TEXT;

-- The session that asked for a change of address: the link ends with it.
ALTER TABLE one_time_secrets ADD COLUMN session_id TEXT;

-- Links that stop a change of address. They go to the address that the account has, normalised, and are
-- good for no other.
CREATE TABLE email_change_stops (
  digest     TEXT   PRIMARY KEY,
  user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  address    TEXT   NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX email_change_stops_of_user ON email_change_stops (user_id);
CREATE INDEX email_change_stops_by_end ON email_change_stops (expires_at);

-- How often it is not known whether the server took the mail.
ALTER TABLE outbox ADD COLUMN unsure BIGINT NOT NULL DEFAULT 0;

-- Codes that were typed wrong, whoever they were for: what is written where there is nothing else to
-- write, so that time does not tell whether there is an account.
INSERT INTO counters (name, value) VALUES ('wrong_codes', 0);
