-- When an administrator dismissed the list of what is left to set up.
ALTER TABLE users ADD COLUMN set_up_list_dismissed_at BIGINT;
