-- Requests with an Idempotency-Key that had an effect: written with it, and answered again from here for 24 hours.
CREATE TABLE repeatable_requests (
  -- Of the caller, the route and the key.
  digest     TEXT   PRIMARY KEY,
  body       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  -- Sealed; NULL until the request is answered.
  answer     TEXT
);
CREATE INDEX repeatable_requests_by_time ON repeatable_requests (created_at);
