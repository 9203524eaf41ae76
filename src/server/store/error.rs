//! What can go wrong with a store, by kind: never by the name of a constraint or a library's text.

/// Why an operation was not done. Nothing of it was kept, but see [`Self::Unavailable`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique is there already.
    #[error("already there")]
    Taken,
    /// What was to be changed is not there, or not as it was thought to be.
    #[error("not there")]
    Missing,
    /// A rule of the store forbids it, such as the last administrator's.
    #[error("not allowed")]
    Forbidden,
    /// The session in whose name it was asked has ended, or its user may do less by now.
    #[error("no longer allowed")]
    Revoked,
    /// The database can't do it now, whatever was asked: it is held, full, read-only, damaged or not reachable. Try
    /// again later. A write may have been kept all the same, whole, when its commit was under way and only the
    /// answer to it was lost.
    #[error("the database did not answer in time")]
    Unavailable(#[source] Option<sqlx::Error>),
    /// Anything else.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// A newer version has changed the database so that this one can't work on it.
    #[error("the database is of a newer version")]
    Newer {
        /// The oldest version that can.
        version: String,
        /// Its last migration, and the last that is known here.
        needed: i64,
        known: i64,
    },
    /// The operation itself panicked.
    #[error("the operation broke off")]
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

/// SQLite's primary result codes that say something of the file or the machine, not of the statement: PERM, BUSY,
/// LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
const SQLITE: [u32; 12] = [3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26];
/// SQLite's `CONSTRAINT_TRIGGER`: the schema has no such trigger, so an operator has frozen the table.
const SQLITE_TRIGGER: u32 = 1811;
/// PostgreSQL's classes and codes of the same kind: connection, read-only and timed-out transactions, authorization,
/// missing database or privilege, rollback, resources, object state, intervention, system error, damage, and an
/// operator's trigger.
const POSTGRES: [&str; 15] =
    ["08", "25006", "25P03", "25P04", "28", "3D000", "40", "42501", "53", "55", "57", "58", "P0001", "XX001", "XX002"];

fn is_out_of_service(code: Option<&str>) -> bool {
    match code {
        // SQLSTATE always has five characters, an extended result code of SQLite has four at most.
        Some(code) if code.len() == 5 => POSTGRES.iter().any(|class| code.starts_with(class)),
        Some(code) => code.parse::<u32>().is_ok_and(|code| code == SQLITE_TRIGGER || SQLITE.contains(&(code & 0xff))),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_out_of_service;

    #[test]
    fn a_database_that_is_held_full_read_only_or_damaged_is_told_from_a_wrong_statement() {
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
