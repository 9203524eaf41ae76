-- What the administration of users needs.

-- The account that a locked name belongs to, if there is one: the name itself is a digest.
ALTER TABLE attempts ADD COLUMN user_id TEXT;
CREATE INDEX locked_users ON attempts (user_id) WHERE locked_until IS NOT NULL AND user_id IS NOT NULL;

-- The order of the list of users by last sign-in; users who never signed in come last.
CREATE INDEX users_by_last_sign_in ON users ((COALESCE(last_sign_in_at, 0)), id);

-- Reads the audit log, and nothing else.
INSERT INTO roles (name, description, is_built_in)
VALUES ('auditor', 'Can read the audit log', TRUE);
INSERT INTO role_permissions (role, permission)
VALUES ('auditor', 'audit:read');

-- The built-in roles in the words of the pages that show them.
UPDATE roles SET description = 'Can do everything' WHERE name = 'admin';
UPDATE roles SET description = 'Can use their own account' WHERE name = 'user';
