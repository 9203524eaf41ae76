//! What is deleted, and how old it is by then.

use super::Kept;
use std::time::Duration;

/// How long a revocation is kept after the last token it refuses has expired. Clocks may be wrong by less than
/// that unnoticed.
const REVOKED: Duration = Duration::from_hours(24);
/// How long a node may be cut off from the database without having to load all revocations again.
const MARKS: Duration = Duration::from_hours(48);
/// How long a device is kept after its last sign-in: the lifetime of its cookie.
const DEVICES: Duration = Duration::from_hours(400 * 24);
/// How long the content of a sent mail is kept.
const SENT_BODY: Duration = Duration::from_hours(24);
/// How long failed sign-ins and expired one-time secrets are kept.
const FAILURES: Duration = Duration::from_hours(24);
/// How long session events and activity counts are kept.
const EVENTS: Duration = Duration::from_hours(1);
const ACTIVITY: Duration = Duration::from_hours(25);
/// How long a process is kept after its last write.
const NODES: Duration = Duration::from_hours(30 * 24);
/// How long a finished job is kept.
const JOBS: Duration = Duration::from_hours(30 * 24);
/// How long a file of users is kept after it was checked or imported.
const IMPORTS: Duration = Duration::from_hours(1);
/// How long the answers of repeatable requests are kept.
const ANSWERS: Duration = Duration::from_hours(24);
/// How long counts of anonymous events are kept, as the events are.
const STRANGERS: Duration = Duration::from_hours(30 * 24);

/// Rows that are deleted when they are old.
pub struct Table {
    pub by: By,
    /// How long they are kept.
    pub kept: fn(Kept) -> Duration,
    /// Deletes or empties a batch, supported by an index. `$1` is the limit of age, `$2` the number of rows.
    pub sql: &'static str,
}

/// What shows the age of a row.
pub enum By {
    /// A column that holds a time.
    Time,
    /// Its id, which is in order of time.
    Id,
}

pub const TABLES: &[Table] = &[
    Table {
        by: By::Time,
        kept: |_| ANSWERS,
        sql: "DELETE FROM repeatable_requests
         WHERE digest IN (SELECT digest FROM repeatable_requests WHERE created_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| REVOKED,
        sql: "DELETE FROM revocations
         WHERE (kind, id) IN (SELECT kind, id FROM revocations WHERE until_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| MARKS,
        sql: "DELETE FROM revocation_marks
         WHERE sequence IN (
           SELECT sequence FROM revocation_marks
           WHERE at <= $1 AND sequence < (SELECT value FROM counters WHERE name = 'revocations')
           LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| Duration::ZERO,
        sql: "DELETE FROM browser_states WHERE id IN (SELECT id FROM browser_states WHERE expires_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| FAILURES,
        sql: "DELETE FROM attempts
         WHERE (name, scope) IN (
           SELECT name, scope FROM attempts
           WHERE last_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
           LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| FAILURES,
        sql: "DELETE FROM one_time_secrets
         WHERE id IN (SELECT id FROM one_time_secrets WHERE expires_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| Duration::ZERO,
        sql: "DELETE FROM email_change_stops
         WHERE digest IN (SELECT digest FROM email_change_stops WHERE expires_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| Duration::ZERO,
        sql: "DELETE FROM not_me_links
         WHERE digest IN (SELECT digest FROM not_me_links WHERE expires_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| DEVICES,
        sql: "DELETE FROM devices
         WHERE (device, user_id) IN (SELECT device, user_id FROM devices WHERE last_seen_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| ACTIVITY,
        sql: "DELETE FROM activity
         WHERE (minute, node) IN (SELECT minute, node FROM activity WHERE minute <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| SENT_BODY,
        sql: "UPDATE outbox SET sealed_body = ''
         WHERE id IN (SELECT id FROM outbox WHERE sealed_body <> '' AND sent_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |kept| kept.mails,
        sql: "DELETE FROM outbox
         WHERE id IN (
           SELECT id FROM outbox
           WHERE created_at <= $1 AND (state <> 'waiting' OR requested_for IS NOT NULL)
           LIMIT $2)",
    },
    Table {
        by: By::Id,
        kept: |_| EVENTS,
        sql: "DELETE FROM session_events WHERE id IN (SELECT id FROM session_events WHERE id < $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |kept| kept.sessions,
        sql: "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |kept| STRANGERS.min(kept.audit),
        sql: "DELETE FROM audit_counts
         WHERE (hour, action, scope) IN (
           SELECT hour, action, scope FROM audit_counts WHERE hour <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| IMPORTS,
        sql: "DELETE FROM import_files
         WHERE job_id IN (
           SELECT job_id FROM import_files
           JOIN bulk_jobs ON bulk_jobs.id = import_files.job_id
           WHERE finished_at <= $1
           LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| JOBS,
        sql: "DELETE FROM bulk_targets
         WHERE (job_id, user_id) IN (
           SELECT job_id, user_id FROM bulk_targets
           WHERE job_id IN (SELECT id FROM bulk_jobs WHERE finished_at <= $1)
           LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| JOBS,
        sql: "DELETE FROM bulk_jobs WHERE id IN (SELECT id FROM bulk_jobs WHERE finished_at <= $1 LIMIT $2)",
    },
    Table {
        by: By::Time,
        kept: |_| NODES,
        sql: "DELETE FROM nodes WHERE id IN (SELECT id FROM nodes WHERE seen_at <= $1 AND (seen_at > 0 OR state <> 'live') LIMIT $2)",
    },
];
