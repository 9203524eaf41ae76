//! Store errors by kind, without the names of constraints or the text of libraries.

/// Reason why an operation failed. Nothing of it was kept, except as noted at [`Self::Unavailable`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A value that must be unique exists already.
    #[error("already there")]
    Taken,
    /// The row to change does not exist, or is not in the expected state.
    #[error("not there")]
    Missing,
    /// A rule of the store forbids it, such as the one that protects the last administrator.
    #[error("not allowed")]
    Forbidden,
    /// Another write came first: the row no longer has the expected version.
    #[error("changed meanwhile")]
    Changed,
    /// The actor lacks a permission that the user to change has, or would get.
    #[error("more than the actor has")]
    BeyondActor,
    /// The user's own email address can't be changed for now, because a sign-in was reported.
    #[error("the email address is frozen")]
    EmailFrozen,
    /// The acting session has ended, or its user has lost permissions.
    #[error("no longer allowed")]
    Revoked,
    /// The database can't do it now, whatever the statement: it is locked, full, read-only, damaged or
    /// unreachable. A retry may succeed. A write may have been kept, as a whole, if only the response to its
    /// commit was lost.
    #[error("the database did not answer in time")]
    Unavailable(#[source] Option<sqlx::Error>),
    /// Any other error.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// A newer version has changed the database so that this one can't use it.
    #[error("the database was migrated by a newer version")]
    Newer {
        /// The oldest version that can use it.
        version: String,
        /// The migration that is needed, and the last one known to this version.
        needed: i64,
        known: i64,
    },
    /// The operation panicked or was cut off.
    #[error("the operation was interrupted")]
    BrokenOff,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(cause) if cause.is_foreign_key_violation() => Self::Missing,
            sqlx::Error::Database(cause) if is_out_of_service(cause.code().as_deref()) => {
                Self::Unavailable(Some(error))
            }
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(Some(error)),
            _ => Self::Failed(error),
        }
    }
}

/// SQLite's primary result codes about the file or the machine rather than the statement: PERM, BUSY, LOCKED,
/// NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
const SQLITE: [u32; 12] = [3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26];
/// SQLite's `CONSTRAINT_TRIGGER`: the schema has no such trigger, so an operator has frozen the table.
const SQLITE_TRIGGER: u32 = 1811;
/// PostgreSQL's classes and codes of the same kind: connection, read-only and timed-out transactions,
/// authorization, missing database or privilege, rollback, resources, object state, intervention, system error,
/// damage, and an operator's trigger.
const POSTGRES: [&str; 15] =
    ["08", "25006", "25P03", "25P04", "28", "3D000", "40", "42501", "53", "55", "57", "58", "P0001", "XX001", "XX002"];

fn is_out_of_service(code: Option<&str>) -> bool {
    match code {
        // A SQLSTATE always has five characters; an extended result code of SQLite has at most four.
        Some(code) if code.len() == 5 => POSTGRES.iter().any(|class| code.starts_with(class)),
        Some(code) => code.parse::<u32>().is_ok_and(|code| code == SQLITE_TRIGGER || SQLITE.contains(&(code & 0xff))),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_out_of_service;

    #[test]
    fn a_locked_full_read_only_or_damaged_database_is_distinguished_from_a_wrong_statement() {
        for code in ["5", "6", "8", "10", "11", "13", "14", "26", "261", "517", "776", "778", "1032", "1811", "8458"] {
            assert!(is_out_of_service(Some(code)), "{code}");
        }
        for code in ["08006", "25006", "40001", "53100", "53300", "55000", "55P03", "57014", "57P01", "58030", "XX001"]
        {
            assert!(is_out_of_service(Some(code)), "{code}");
        }
        for code in ["1", "19", "275", "2067", "22003", "23505", "23514", "42601", "42P01"] {
            assert!(!is_out_of_service(Some(code)), "{code}");
        }
        assert!(!is_out_of_service(None));
    }
}
