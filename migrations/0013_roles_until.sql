-- A role may be given until a time. NULL means for good.
ALTER TABLE user_roles ADD COLUMN until BIGINT;
CREATE INDEX user_roles_by_end ON user_roles (until) WHERE until IS NOT NULL;

-- Rises with every change, so that no one overwrites what they have not seen.
ALTER TABLE roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
