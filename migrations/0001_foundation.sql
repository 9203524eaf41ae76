-- One text for SQLite and PostgreSQL. Ids are ULIDs (TEXT, in order of time), times are BIGINT
-- milliseconds, digests are base64url TEXT, and what is compared ignoring case stands normalised
-- in a column of its own, because the two databases fold case differently.

-- What this database was made with. One row.
CREATE TABLE installation (
  id              BIGINT PRIMARY KEY CHECK (id = 1),
  key_fingerprint TEXT   NOT NULL,
  created_at      BIGINT NOT NULL
);

CREATE TABLE users (
  id                  TEXT   PRIMARY KEY,
  email               TEXT   NOT NULL,
  email_normalized    TEXT   NOT NULL UNIQUE,
  email_verified_at   BIGINT,
  username            TEXT,
  username_normalized TEXT   UNIQUE,
  name                TEXT   NOT NULL,
  status              TEXT   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'banned')),
  banned_until        BIGINT,
  ban_reason          TEXT,
  token_version       BIGINT NOT NULL DEFAULT 0,
  version             BIGINT NOT NULL DEFAULT 1,
  last_sign_in_at     BIGINT,
  created_at          BIGINT NOT NULL,
  updated_at          BIGINT NOT NULL
);

-- Apart from users, so that no query for a user can carry a hash along.
CREATE TABLE passwords (
  user_id    TEXT   PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash       TEXT   NOT NULL,
  epoch      BIGINT NOT NULL DEFAULT 1,
  changed_at BIGINT NOT NULL
);

-- Accounts elsewhere that sign in here: the key is the provider's subject, never an address.
CREATE TABLE identities (
  provider  TEXT   NOT NULL,
  subject   TEXT   NOT NULL,
  user_id   TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
);
CREATE INDEX identities_of_user ON identities (user_id);

CREATE TABLE roles (
  name        TEXT    PRIMARY KEY,
  description TEXT    NOT NULL,
  is_built_in BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE role_permissions (
  role       TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
  permission TEXT NOT NULL,
  PRIMARY KEY (role, permission)
);

CREATE TABLE user_roles (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role    TEXT NOT NULL REFERENCES roles (name),
  PRIMARY KEY (user_id, role)
);
CREATE INDEX users_of_role ON user_roles (role);

INSERT INTO roles (name, description, is_built_in)
VALUES ('admin', 'May do everything', TRUE),
       ('user', 'May use the own account', TRUE);

INSERT INTO role_permissions (role, permission)
VALUES ('admin', 'users:read'),
       ('admin', 'users:write'),
       ('admin', 'roles:read'),
       ('admin', 'roles:write'),
       ('admin', 'sessions:read'),
       ('admin', 'sessions:revoke'),
       ('admin', 'audit:read'),
       ('admin', 'mail:read'),
       ('admin', 'system:read');

-- One sign-in on one device. Its refresh tokens are not stored: the generation tells which is good.
CREATE TABLE sessions (
  id               TEXT   PRIMARY KEY,
  user_id          TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind             TEXT   NOT NULL CHECK (kind IN ('browser', 'api')),
  generation       BIGINT NOT NULL DEFAULT 0,
  used_generation  BIGINT NOT NULL DEFAULT -1,
  rotated_at       BIGINT,
  created_at       BIGINT NOT NULL,
  authenticated_at BIGINT NOT NULL,
  methods          TEXT   NOT NULL,
  device           TEXT,
  network          TEXT   NOT NULL,
  agent            TEXT   NOT NULL,
  last_seen_at     BIGINT NOT NULL,
  idle_until       BIGINT NOT NULL,
  ends_at          BIGINT NOT NULL,
  access_until     BIGINT NOT NULL,
  ended_at         BIGINT,
  end_reason       TEXT,
  ended_by         TEXT,
  CHECK (idle_until <= ends_at),
  CHECK (used_generation <= generation)
);
CREATE INDEX sessions_of_user ON sessions (user_id, id);
CREATE INDEX live_sessions_by_due ON sessions (idle_until) WHERE ended_at IS NULL;
CREATE INDEX ended_sessions ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- The history of a session's family: its last 50 renewals.
CREATE TABLE renewals (
  session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  generation BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  network    TEXT   NOT NULL,
  agent      TEXT   NOT NULL,
  PRIMARY KEY (session_id, generation)
);

-- What every node refuses, though its signature is good. No foreign keys: it outlives what it names.
CREATE TABLE revocations (
  kind     TEXT   NOT NULL CHECK (kind IN ('session', 'user')),
  id       TEXT   NOT NULL,
  version  BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX revocations_by_time ON revocations (at);
CREATE INDEX revocations_by_end ON revocations (until_at);

-- Devices that have signed in before.
CREATE TABLE devices (
  device         TEXT   NOT NULL,
  user_id        TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  password_epoch BIGINT NOT NULL,
  first_seen_at  BIGINT NOT NULL,
  last_seen_at   BIGINT NOT NULL,
  PRIMARY KEY (device, user_id)
);

-- Failed sign-ins. The name is an HMAC of what was typed: people type passwords into the wrong field.
CREATE TABLE attempts (
  name         TEXT   NOT NULL,
  scope        TEXT   NOT NULL,
  failures     BIGINT NOT NULL,
  locked_until BIGINT,
  last_at      BIGINT NOT NULL,
  PRIMARY KEY (name, scope)
);
CREATE INDEX attempts_by_time ON attempts (last_at);

-- Secrets that work once: only their digests stand here.
CREATE TABLE one_time_secrets (
  id         TEXT   PRIMARY KEY,
  purpose    TEXT   NOT NULL CHECK (purpose IN ('set_up', 'verify_email', 'reset_password', 'unlock', 'invite', 'change_email')),
  subject    TEXT   NOT NULL,
  digest     TEXT   NOT NULL UNIQUE,
  epoch      BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT
);
CREATE INDEX one_time_secrets_of_subject ON one_time_secrets (purpose, subject);

-- Append-only. Events are inserted unsealed with their cause; the sealer adds sequence and hashes.
CREATE TABLE audit (
  id            TEXT   PRIMARY KEY,
  at            BIGINT NOT NULL,
  action        TEXT   NOT NULL,
  actor_kind    TEXT   NOT NULL CHECK (actor_kind IN ('user', 'cli', 'system', 'anonymous')),
  actor_id      TEXT,
  subject_id    TEXT,
  network       TEXT   NOT NULL,
  agent         TEXT   NOT NULL,
  request_id    TEXT   NOT NULL,
  details       TEXT   NOT NULL,
  sequence      BIGINT UNIQUE,
  previous_hash TEXT,
  hash          TEXT
);
CREATE INDEX audit_of_subject ON audit (subject_id, id);
CREATE INDEX audit_unsealed ON audit (id) WHERE sequence IS NULL;

-- Who does the background work that only one node may do at a time.
CREATE TABLE leases (
  name     TEXT   PRIMARY KEY,
  holder   TEXT   NOT NULL,
  until_at BIGINT NOT NULL
);

-- Mails to send. The body is sealed: the database alone opens no link.
CREATE TABLE outbox (
  id              TEXT   PRIMARY KEY,
  template        TEXT   NOT NULL,
  recipient       TEXT   NOT NULL,
  sealed_body     TEXT   NOT NULL,
  state           TEXT   NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  tries           BIGINT NOT NULL DEFAULT 0,
  next_try_at     BIGINT NOT NULL,
  last_error      TEXT,
  created_at      BIGINT NOT NULL,
  sent_at         BIGINT
);
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE state = 'waiting';

-- The state of a browser that is not signed in: what a form has to say after a redirect.
CREATE TABLE browser_states (
  id         TEXT   PRIMARY KEY,
  content    TEXT   NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX browser_states_by_end ON browser_states (expires_at);
