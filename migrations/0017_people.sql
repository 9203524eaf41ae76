-- What administrators work with: imports of files, and their own view of the list of users.

-- Files of users to import. Each is kept for an hour after the job that it belongs to has checked or imported it.
-- (SQLite keeps bytes as they are in a column of any type.)
CREATE TABLE import_files (
  job_id  TEXT  PRIMARY KEY REFERENCES bulk_jobs (id) ON DELETE CASCADE,
  content BYTEA NOT NULL
);

-- The lines of a file that can't be imported, or were not, and why. The number is that of the line in the file.
CREATE TABLE import_errors (
  job_id TEXT   NOT NULL REFERENCES bulk_jobs (id) ON DELETE CASCADE,
  line   BIGINT NOT NULL,
  error  TEXT   NOT NULL,
  PRIMARY KEY (job_id, line)
);

-- The columns that an administrator does not want to see in the list of users, separated by spaces.
ALTER TABLE users ADD COLUMN hidden_columns TEXT;
