-- What registration, recovery, devices and mails need beside the foundation.

-- What a link is bound to beside purpose, subject and password epoch: the address it was mailed to,
-- normalised. An invitation and a change of email carry the address they are about, as typed. A code
-- may be typed in place of the link; it is short, so its tries are counted.
ALTER TABLE one_time_secrets ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE one_time_secrets ADD COLUMN about_address TEXT;
ALTER TABLE one_time_secrets ADD COLUMN code_digest TEXT;
ALTER TABLE one_time_secrets ADD COLUMN code_tries BIGINT NOT NULL DEFAULT 0;

-- When this counting began: the count of one name from everywhere has a window of its own.
ALTER TABLE attempts ADD COLUMN since BIGINT NOT NULL DEFAULT 0;

-- For whom a mail was asked for by somebody who need not be its owner: such mails are limited.
ALTER TABLE outbox ADD COLUMN requested_for TEXT;
CREATE INDEX outbox_requested ON outbox (requested_for, created_at);
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_by_time ON outbox (created_at);
CREATE INDEX outbox_with_body ON outbox (sent_at) WHERE sealed_body <> '';

INSERT INTO role_permissions (role, permission)
VALUES ('admin', 'mail:write');
